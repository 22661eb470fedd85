/** A state's box: its name, and what there is to say of it here. */
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { inWords } from '../../words/words.js';
import { BOX } from './graph.js';

/** What a box says. */
export interface Box extends Record<string, unknown> {
  /** Below the name. */
  readonly said?: ReactNode;
  /** Where the box leads. */
  readonly href?: string;
  /** `here`: the entity is in it; `been`: it was; `next`: it may come; `late`: something in it is overdue; `idle`: nothing is in it. */
  readonly look?: 'plain' | 'here' | 'been' | 'next' | 'late' | 'idle';
}

type BoxData = Box & { readonly state: string };

/** Draws one state. */
export function BoxNode({ data: { state, said, href, look = 'plain' } }: NodeProps<Node<BoxData>>) {
  const name = inWords(state);
  return (
    <div className={`box box-${look}`} style={BOX} {...(look === 'here' ? { 'aria-current': 'step' as const } : {})}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      {href === undefined ? <b>{name}</b> : <Link href={href}>{name}</Link>}
      {said !== undefined && <div className="box-said">{said}</div>}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
