/** Scripts that teach a shell to ask `cosmicai complete` for what may follow. */
type Shell = 'bash' | 'zsh' | 'fish';

/** The script; `command` is how the scripts start the command line, whatever `cosmicai` is an alias of. */
export function completionScript(shell: Shell, command: readonly string[]): string {
  return SCRIPTS[shell](command.map(quoted).join(' '));
}

/** A word that every one of these shells takes as it is. */
function quoted(word: string): string {
  return /^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const SCRIPTS: Readonly<Record<Shell, (command: string) => string>> = {
  bash: (command) => `# cosmicai completion for bash
_cosmicai() {
  local value
  COMPREPLY=()
  while IFS= read -r value; do
    COMPREPLY+=("$value")
  done < <(${command} complete --shell bash --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=/,] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _cosmicai cosmicai
`,
  zsh: (command) => `#compdef cosmicai
# cosmicai completion for zsh
_cosmicai() {
  local -a values described open openDescribed
  local value description
  while IFS=$'\\t' read -r value description; do
    if [[ $value == *[=/,] ]]; then
      open+=("$value"); openDescribed+=("$value\${description:+  -- $description}")
    else
      values+=("$value"); described+=("$value\${description:+  -- $description}")
    fi
  done < <(${command} complete --shell zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && compadd -l -d described -- "\${values[@]}"
  (( $#open )) && compadd -S '' -l -d openDescribed -- "\${open[@]}"
  (( $#values + $#open ))
}
if [[ $funcstack[1] == _cosmicai ]]; then
  _cosmicai "$@"
else
  compdef _cosmicai cosmicai
fi
`,
  fish: (command) => `# cosmicai completion for fish
complete -c cosmicai -f -a '(${command.replaceAll("'", "\\'")} complete --shell fish -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
