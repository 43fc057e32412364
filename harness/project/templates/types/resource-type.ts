import type { ProjectDraft } from '../import/project-draft.ts';
import type { TemplateResource } from '../resolve-template.ts';
import type { NamedKind } from '../tokens.ts';
import type { Value } from '../value.ts';

/** One type of resource that the harness serves: what intrinsic functions answer for it, and what it becomes. */
export interface ResourceType {
  /** As in a template: `AWS::Lambda::Function`. */
  type: string;
  /** The kind of thing that a project has for it. */
  kind?: NamedKind;
  /** What `Ref` answers. */
  ref(logicalId: string): Value;
  /** What `Fn::GetAtt` answers, by attribute. */
  attributes: Readonly<Record<string, (logicalId: string) => Value>>;
  /** Its name in the project; the logical id when left out. */
  projectName?(resource: TemplateResource, draft: ProjectDraft): string;
  /** Why this one becomes a stub all the same; undefined when it is served. */
  stubReason?(resource: TemplateResource): string | undefined;
  /** Adds it to the project. */
  add(resource: TemplateResource, draft: ProjectDraft): void;
}
