/** ACTION of a server: normal, with a list, and in blocks both ways. */
import { encodeApdu } from '../apdu/encode.ts';
import type {
  ActionAnswer,
  ActionRequest,
  DataBlock,
  InvokeId,
  MethodDescriptor,
} from '../apdu/types.ts';
import { conforms } from '../conformance.ts';
import type { Data } from '../data.ts';
import type { ActionResult } from '../result.ts';
import { IncomingTransfer, OutgoingTransfer, valuesOf } from './long-transfer.ts';
import { invokeMethod, refusedAction } from './object-access.ts';
import { type Answer, exception, type ServiceContext } from './services.ts';

type FirstBlock = Extract<
  ActionRequest,
  { kind: 'with-first-pblock' | 'with-list-and-first-pblock' }
>;

/** C7, kind, invoke id: what follows is what a long answer carries in blocks. */
const HEAD_OCTETS = 3;

export function answerAction(context: ServiceContext, request: ActionRequest): Answer {
  const { invokeId } = request;
  switch (request.kind) {
    case 'normal': {
      const answer = invokeMethod(context, request.method, request.parameters);
      return inOneOrInBlocks(context, invokeId, [answer], false);
    }
    case 'with-list': {
      const { methods, parameters } = request;
      if (methods.length !== parameters.length) {
        return exception('service-unknown', 'other-reason');
      }
      return inOneOrInBlocks(context, invokeId, invokeAll(context, methods, parameters), true);
    }
    case 'with-first-pblock':
    case 'with-list-and-first-pblock': {
      const transfer = new IncomingTransfer(request, context.longTransferOctetsMost);
      context.longTransfer.current = transfer;
      return takeBlock(context, invokeId, transfer, request.block);
    }
    case 'with-pblock': {
      const { current } = context.longTransfer;
      if (!(current instanceof IncomingTransfer) || current.request.service !== 'action-request') {
        return refused(invokeId, 'no-long-action-in-progress');
      }
      return takeBlock(context, invokeId, current as IncomingTransfer<FirstBlock>, request.block);
    }
    case 'next-pblock':
      return nextBlock(context, invokeId, request.blockNumber);
  }
}

/** Of a list, null data mean a method without parameters: nothing else can tell it there. */
function invokeAll(
  context: ServiceContext,
  methods: readonly MethodDescriptor[],
  parameters: readonly Data[],
): ActionAnswer[] {
  return methods.map((method, index) => {
    const given = parameters[index];
    const isGiven = given !== undefined && given.type !== 'null-data';
    return invokeMethod(context, method, isGiven ? given : null);
  });
}

function inOneOrInBlocks(
  context: ServiceContext,
  invokeId: InvokeId,
  answers: readonly ActionAnswer[],
  isList: boolean,
): Answer {
  const [answer = refusedAction('other-reason')] = answers;
  const response = { service: 'action-response', invokeId } as const;
  const whole = encodeApdu(
    isList ? { ...response, kind: 'with-list', answers } : { ...response, kind: 'normal', answer },
  );
  if (whole.length <= context.room) return whole;
  if (!conforms(context.negotiated.conformance, 'block-transfer-with-action')) {
    return exception('service-unknown', 'pdu-too-long');
  }
  const transfer = new OutgoingTransfer('action-response', whole.subarray(HEAD_OCTETS));
  context.longTransfer.current = transfer;
  return sendBlock(context, invokeId, transfer);
}

function sendBlock(
  context: ServiceContext,
  invokeId: InvokeId,
  transfer: OutgoingTransfer,
): Uint8Array {
  const block = transfer.next(context.room);
  if (block.last) context.longTransfer.current = null;
  return encodeApdu({ service: 'action-response', kind: 'with-pblock', invokeId, block });
}

function nextBlock(context: ServiceContext, invokeId: InvokeId, blockNumber: number): Uint8Array {
  const { current } = context.longTransfer;
  if (!(current instanceof OutgoingTransfer) || current.service !== 'action-response') {
    return refused(invokeId, 'no-long-action-in-progress');
  }
  if (current.blockNumber !== blockNumber) {
    context.longTransfer.current = null;
    return refused(invokeId, 'long-action-aborted');
  }
  return sendBlock(context, invokeId, current);
}

function takeBlock(
  context: ServiceContext,
  invokeId: InvokeId,
  transfer: IncomingTransfer<FirstBlock>,
  block: DataBlock,
): Answer {
  const taken = transfer.take(block);
  if (taken === 'more') {
    const { blockNumber } = block;
    return encodeApdu({ service: 'action-response', kind: 'next-pblock', invokeId, blockNumber });
  }
  context.longTransfer.current = null;
  if (taken !== 'complete') return refused(invokeId, 'long-action-aborted');
  return finish(context, invokeId, transfer);
}

function finish(
  context: ServiceContext,
  invokeId: InvokeId,
  { request, raw }: IncomingTransfer<FirstBlock>,
): Answer {
  const isList = request.kind === 'with-list-and-first-pblock';
  const methods = isList ? request.methods : [request.method];
  const parameters = valuesOf(raw, isList);
  if (parameters?.length !== methods.length) return refused(invokeId, 'type-unmatched');
  const answers = invokeAll(context, methods, parameters);
  return inOneOrInBlocks(context, invokeId, answers, isList);
}

function refused(invokeId: InvokeId, result: Exclude<ActionResult, 'success'>): Uint8Array {
  const answer = refusedAction(result);
  return encodeApdu({ service: 'action-response', kind: 'normal', invokeId, answer });
}
