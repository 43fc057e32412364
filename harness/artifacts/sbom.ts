/**
 * CycloneDX 1.6 bill of materials of one function's zip (https://cyclonedx.org/docs/1.6/json/): the packages whose
 * code is in it and the native files beside it. Equal zips have equal documents: no time, and a serial number
 * drawn from the zip's digest.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import type { CodeArtifact, PackagedComponent } from './code-artifact.ts';

export function sbomOf(
  artifact: Pick<CodeArtifact, 'name' | 'sha256' | 'packages' | 'entries'>,
  project: { name: string; version: string },
): JsonObject {
  const { version } = project;
  const name = `${project.name}-${artifact.name}`;
  const ref = `pkg:generic/${name}@${version}`;
  const digest = Buffer.from(artifact.sha256, 'base64').toString('hex');
  const packages = artifact.packages.map(componentOf);
  const native = artifact.entries
    .filter((entry) => /\.(?:node|so|dylib|dll|wasm)(?:\.\d+)*$/.test(entry.name))
    .map(
      (entry): JsonObject => ({
        type: 'file',
        'bom-ref': `${ref}#${encodeURIComponent(entry.name)}`,
        name: entry.name,
      }),
    );
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidFrom(artifact.sha256)}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': ref,
        name,
        version,
        purl: ref,
        hashes: [{ alg: 'SHA-256', content: digest }],
        properties: [{ name: 'aws:lambda:codeSha256', value: artifact.sha256 }],
      },
    },
    components: [...packages, ...native],
    dependencies: [{ ref, dependsOn: [...packages, ...native].map((one) => String(one['bom-ref'])).sort() }],
  };
}

function componentOf({ ecosystem, name, version, license, sha512 }: PackagedComponent): JsonObject {
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:${ecosystem}/${scope === undefined ? '' : `${encodeURIComponent(scope)}/`}${bare}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: bare!,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] }),
    ...(sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: sha512 }] }),
  };
}

/** One SPDX identifier, or an expression of several; anything else is a name. */
function licenseOf(text: string): JsonObject {
  if (/ (AND|OR|WITH) /.test(text)) return { expression: text };
  return /^[A-Za-z0-9.+-]+$/.test(text) ? { license: { id: text } } : { license: { name: text } };
}

/** RFC 9562 version 8: 122 bits of the digest. */
function uuidFrom(sha256: string): string {
  const bytes = createHash('sha256').update(`cosmicai-sbom/${sha256}`).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
