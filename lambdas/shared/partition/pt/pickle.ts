/**
 * A pickle machine for tensor files (protocols 0 to 5 as CPython's pickletools describes them). It owns a
 * stack, a memo and a budget; it knows no way to call or import anything.
 *
 * Invariants: a name outside the allow-list ends the reading at once (`HostilePickle`, naming it); work and
 * memory are bounded by `PT_LIMITS` whatever the bytes say; bytes that run out raise `PickleEnds`.
 */
import { PartitionError } from '../partition.ts';
import { allowedGlobal, dictKey, type InertClass } from './globals.ts';
import { PT_LIMITS } from './limits.ts';
import { PickleReader } from './pickle-reader.ts';
import { storageFromId } from './storage-id.ts';
import {
  type DictKey,
  describe,
  isKind,
  type PickleTuple,
  type PickleValue,
  type StorageRef,
} from './values.ts';

export interface UnpickleOptions {
  /** What to call the file in errors. */
  file: string;
  /** Where in `bytes` the pickle starts. Default 0. */
  position?: number;
  inert?: InertClass;
}

export interface Unpickled {
  value: PickleValue;
  /** Just behind the STOP. */
  position: number;
  /** Every storage the pickle refers to, by key. */
  storages: ReadonlyMap<string, StorageRef>;
}

/** Reads one pickle. @throws PartitionError, PickleEnds */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): Unpickled {
  const machine = new PickleMachine(bytes, options);
  const value = machine.run();
  return { value, position: machine.position, storages: machine.storages };
}

class PickleMachine {
  readonly storages = new Map<string, StorageRef>();
  readonly #reader: PickleReader;
  readonly #file: string;
  readonly #inert: InertClass | undefined;
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #opcodes = 0;
  #values = 0;

  constructor(bytes: Uint8Array, options: UnpickleOptions) {
    this.#reader = new PickleReader(bytes, options.file, options.position);
    this.#file = options.file;
    this.#inert = options.inert;
  }

  get position(): number {
    return this.#reader.position;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.byte();
      if (++this.#opcodes > PT_LIMITS.opcodes) throw this.#tooLarge(`${PT_LIMITS.opcodes} instructions`);
      if (opcode === 0x2e) return this.#pop();
      if (
        !this.#scalar(opcode) &&
        !this.#container(opcode) &&
        !this.#memoOrFrame(opcode) &&
        !this.#object(opcode)
      ) {
        const name = opcode > 32 && opcode < 127 ? ` ("${String.fromCharCode(opcode)}")` : '';
        throw this.#malformed(
          `has the instruction 0x${opcode.toString(16)}${name}, which no tensor file uses`,
        );
      }
    }
  }

  /** Instructions that push one plain value. */
  #scalar(opcode: number): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4b: // BININT1
        return this.#push(reader.byte());
      case 0x4d: // BININT2
        return this.#push(reader.uint16());
      case 0x4a: // BININT
        return this.#push(reader.int32());
      case 0x8a: // LONG1
        return this.#push(reader.long(reader.byte()));
      case 0x8b: // LONG4
        return this.#push(reader.long(reader.uint32()));
      case 0x49: // INT, decimal line; "00" and "01" are booleans
      case 0x4c: // LONG, decimal line with a trailing L
        return this.#push(reader.decimal());
      case 0x46: // FLOAT, decimal line
        return this.#push(Number(reader.line()));
      case 0x47: // BINFLOAT
        return this.#push(reader.float64());
      case 0x58: // BINUNICODE
        return this.#push(reader.text(reader.uint32()));
      case 0x8c: // SHORT_BINUNICODE
        return this.#push(reader.text(reader.byte()));
      case 0x8d: // BINUNICODE8
        return this.#push(reader.text(reader.uint64()));
      case 0x56: // UNICODE, raw-unicode-escaped line: escapes are left as they stand
        return this.#push(reader.line());
      case 0x55: // SHORT_BINSTRING
        return this.#push(reader.text(reader.byte()));
      case 0x54: // BINSTRING
        return this.#push(reader.text(reader.uint32()));
      case 0x43: // SHORT_BINBYTES
        return this.#push(reader.bytes(reader.byte()));
      case 0x42: // BINBYTES
        return this.#push(reader.bytes(reader.uint32()));
      case 0x8e: // BINBYTES8
        return this.#push(reader.bytes(reader.uint64()));
      default:
        return false;
    }
  }

  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x28: // MARK
        if (this.#marks.length >= PT_LIMITS.marks) throw this.#tooLarge(`${PT_LIMITS.marks} nested marks`);
        this.#marks.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x29: // EMPTY_TUPLE
        return this.#push({ kind: 'tuple', items: [] });
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push({ kind: 'tuple', items: this.#popMany(opcode - 0x84) });
      case 0x74: // TUPLE
        return this.#push({ kind: 'tuple', items: this.#popMark() });
      case 0x5d: // EMPTY_LIST
        return this.#push({ kind: 'list', items: [] });
      case 0x6c: // LIST
        return this.#push({ kind: 'list', items: this.#popMark() });
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        return this.#append(this.#popMark());
      case 0x8f: // EMPTY_SET
        return this.#push({ kind: 'set', items: [] });
      case 0x91: // FROZENSET
        return this.#push({ kind: 'set', items: this.#popMark() });
      case 0x7d: // EMPTY_DICT
        return this.#push({ kind: 'dict', entries: new Map() });
      case 0x64: {
        // DICT
        const entries = new Map<DictKey, PickleValue>();
        this.#setItems(entries, this.#popMark());
        return this.#push({ kind: 'dict', entries });
      }
      case 0x73: // SETITEM
        return this.#intoDict(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#intoDict(this.#popMark());
      default:
        return false;
    }
  }

  #memoOrFrame(opcode: number): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 0x80: {
        // PROTO
        const protocol = reader.byte();
        if (protocol > 5) throw this.#malformed(`is of protocol ${protocol}; 5 is the newest known`);
        return true;
      }
      case 0x95: // FRAME: lengths are a hint for readers that prefetch
        reader.uint64();
        return true;
      case 0x30: // POP
        this.#pop();
        return true;
      case 0x31: // POP_MARK
        this.#popMark();
        return true;
      case 0x32: // DUP
        return this.#push(this.#top());
      case 0x71: // BINPUT
        return this.#remember(reader.byte());
      case 0x72: // LONG_BINPUT
        return this.#remember(reader.uint32());
      case 0x70: // PUT
        return this.#remember(reader.index());
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.size);
      case 0x68: // BINGET
        return this.#recall(reader.byte());
      case 0x6a: // LONG_BINGET
        return this.#recall(reader.uint32());
      case 0x67: // GET
        return this.#recall(reader.index());
      default:
        return false;
    }
  }

  /** Names, and what may be built from them. */
  #object(opcode: number): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 0x63: // GLOBAL
        return this.#global(reader.line(), reader.line());
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') {
          throw this.#malformed(`refers to ${describe(module)}.${describe(name)}`);
        }
        return this.#global(module, name);
      }
      case 0x69: // INST: module and name, then called
        this.#global(reader.line(), reader.line());
        throw this.#malformed('makes an old-style instance, which no tensor file does');
      case 0x52: // REDUCE
        return this.#reduce();
      case 0x81: // NEWOBJ
        return this.#newObject();
      case 0x92: // NEWOBJ_EX: with keyword arguments, which a record does not keep
        this.#pop();
        return this.#newObject();
      case 0x62: // BUILD
        return this.#build();
      case 0x51: // BINPERSID
        return this.#persistentId(this.#pop());
      default:
        return false;
    }
  }

  #global(module: string, name: string): boolean {
    const full = `${module}.${name}`;
    allowedGlobal(full, this.#file, this.#inert);
    return this.#push({ kind: 'global', name: full });
  }

  #reduce(): boolean {
    const [callable, args] = this.#popMany(2);
    const call = this.#allowed(callable).call;
    if (!call) throw this.#malformed(`calls ${describe(callable)}`);
    const value = call(this.#tuple(args), this.#file);
    if (typeof value === 'object' && value !== null && 'kind' in value) {
      if (value.kind === 'dict') this.#spend(value.entries.size);
      else if ('items' in value) this.#spend(value.items.length);
    }
    return this.#push(value);
  }

  #newObject(): boolean {
    const [cls] = this.#popMany(2);
    if (!this.#allowed(cls).record) throw this.#malformed(`makes an instance of ${describe(cls)}`);
    const className = (cls as { name: string }).name;
    if (className === 'collections.OrderedDict') return this.#push({ kind: 'dict', entries: new Map() });
    return this.#push({ kind: 'object', className, state: undefined });
  }

  #build(): boolean {
    const state = this.#pop();
    const target = this.#top();
    if (isKind(target, 'object')) target.state = state;
    // A state_dict carries `_metadata` as attributes of its OrderedDict: versions of layers, not needed.
    if (isKind(target, 'object') || isKind(target, 'dict')) return true;
    throw this.#malformed(`sets attributes of ${describe(target)}`);
  }

  #allowed(value: PickleValue | undefined) {
    if (!isKind(value, 'global')) throw this.#malformed(`calls ${describe(value)}`);
    return allowedGlobal(value.name, this.#file, this.#inert);
  }

  #persistentId(id: PickleValue): boolean {
    const { items } = this.#tuple(id);
    // ('module', class, source file, source text): how the older serialization names the classes of a module.
    if (this.#inert && items[0] === 'module' && items[1] !== undefined) return this.#push(items[1]);
    const found = storageFromId(this.#tuple(id), this.#file);
    const known = this.storages.get(found.key);
    if (known && (known.dtype !== found.dtype || known.elements !== found.elements)) {
      throw this.#malformed(`describes storage ${found.key} in two ways`);
    }
    if (!known) this.storages.set(found.key, found);
    return this.#push(known ?? found);
  }

  #append(items: PickleValue[]): boolean {
    const target = this.#top();
    if (isKind(target, 'list') || isKind(target, 'set')) {
      for (const item of items) target.items.push(item);
      return true;
    }
    if (this.#isRecord(target)) return true;
    throw this.#malformed(`appends to ${describe(target)}`);
  }

  #intoDict(items: PickleValue[]): boolean {
    const target = this.#top();
    if (isKind(target, 'dict')) {
      this.#setItems(target.entries, items);
      return true;
    }
    if (this.#isRecord(target)) return true;
    throw this.#malformed(`sets items of ${describe(target)}`);
  }

  /** An instance of an unknown class that is a container too: its items are not kept. */
  #isRecord(value: PickleValue): boolean {
    return this.#inert !== undefined && isKind(value, 'object');
  }

  #setItems(entries: Map<DictKey, PickleValue>, items: PickleValue[]): void {
    if (items.length % 2 !== 0) throw this.#malformed('gives a dictionary a key without a value');
    for (let i = 0; i < items.length; i += 2) entries.set(dictKey(items[i], this.#file), items[i + 1]!);
  }

  #remember(index: number): boolean {
    if (this.#memo.size >= PT_LIMITS.memoEntries)
      throw this.#tooLarge(`${PT_LIMITS.memoEntries} memo entries`);
    this.#memo.set(index, this.#top());
    return true;
  }

  #recall(index: number): boolean {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#malformed(`recalls memo entry ${index}, which was never stored`);
    return this.#push(value);
  }

  #push(value: PickleValue): true {
    this.#spend(1);
    this.#stack.push(value);
    return true;
  }

  #spend(values: number): void {
    this.#values += values;
    if (this.#values > PT_LIMITS.values) throw this.#tooLarge(`${PT_LIMITS.values} values`);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#malformed('takes more from its stack than is there');
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack[this.#stack.length - 1];
    if (value === undefined) throw this.#malformed('looks at an empty stack');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#malformed('takes more from its stack than is there');
    return this.#stack.splice(this.#stack.length - count);
  }

  #popMark(): PickleValue[] {
    const below = this.#marks.pop();
    if (!below) throw this.#malformed('ends a group that was never begun');
    const items = this.#stack;
    this.#stack = below;
    return items;
  }

  #tuple(value: PickleValue | undefined): PickleTuple {
    if (isKind(value, 'tuple')) return value;
    throw this.#malformed(`uses ${describe(value)} where a tuple belongs`);
  }

  #malformed(what: string): PartitionError {
    return new PartitionError('Malformed', `${this.#file}: its pickle ${what}`);
  }

  #tooLarge(what: string): PartitionError {
    return new PartitionError('TooLarge', `${this.#file}: its pickle has more than ${what}`);
  }
}
