/** SET of a server: normal, with a list, and in blocks. */
import { encodeApdu } from '../apdu/encode.ts';
import type { DataBlock, InvokeId, SelectedAttribute, SetRequest } from '../apdu/types.ts';
import type { Data } from '../data.ts';
import type { DataAccessResult, DataRefusal } from '../result.ts';
import { IncomingTransfer, valuesOf } from './long-transfer.ts';
import { setAttribute } from './object-access.ts';
import { type Answer, exception, type ServiceContext } from './services.ts';

type FirstBlock = Extract<
  SetRequest,
  { kind: 'with-first-datablock' | 'with-list-and-first-datablock' }
>;

export function answerSet(context: ServiceContext, request: SetRequest): Answer {
  const { invokeId } = request;
  switch (request.kind) {
    case 'normal': {
      const result = setAttribute(context, request.attribute, request.value);
      return encodeApdu({ service: 'set-response', kind: 'normal', invokeId, result });
    }
    case 'with-list': {
      const { attributes, values } = request;
      if (values.length !== attributes.length) return exception('service-unknown', 'other-reason');
      const results = setAll(context, attributes, values);
      return encodeApdu({ service: 'set-response', kind: 'with-list', invokeId, results });
    }
    case 'with-first-datablock':
    case 'with-list-and-first-datablock': {
      const transfer = new IncomingTransfer(request, context.longTransferOctetsMost);
      context.longTransfer.current = transfer;
      return takeBlock(context, invokeId, transfer, request.block);
    }
    case 'with-datablock': {
      const { current } = context.longTransfer;
      const { block } = request;
      if (!(current instanceof IncomingTransfer) || current.request.service !== 'set-request') {
        return aborted(invokeId, block.blockNumber, 'no-long-set-in-progress');
      }
      return takeBlock(context, invokeId, current as IncomingTransfer<FirstBlock>, block);
    }
  }
}

function setAll(
  context: ServiceContext,
  attributes: readonly SelectedAttribute[],
  values: readonly Data[],
): DataAccessResult[] {
  return attributes.map((attribute, index) => {
    const value = values[index];
    return value === undefined ? 'other-reason' : setAttribute(context, attribute, value);
  });
}

function takeBlock(
  context: ServiceContext,
  invokeId: InvokeId,
  transfer: IncomingTransfer<FirstBlock>,
  block: DataBlock,
): Uint8Array {
  const { blockNumber } = block;
  const taken = transfer.take(block);
  if (taken === 'more') {
    return encodeApdu({ service: 'set-response', kind: 'datablock', invokeId, blockNumber });
  }
  context.longTransfer.current = null;
  switch (taken) {
    case 'wrong-number':
      return aborted(invokeId, blockNumber, 'data-block-number-invalid');
    case 'too-long':
      return aborted(invokeId, blockNumber, 'long-set-aborted');
    case 'complete':
      return finish(context, invokeId, transfer, blockNumber);
  }
}

function finish(
  context: ServiceContext,
  invokeId: InvokeId,
  { request, raw }: IncomingTransfer<FirstBlock>,
  blockNumber: number,
): Uint8Array {
  const isList = request.kind === 'with-list-and-first-datablock';
  const attributes = isList ? request.attributes : [request.attribute];
  const values = valuesOf(raw, isList);
  if (values?.length !== attributes.length) return aborted(invokeId, blockNumber, 'type-unmatched');
  const results = setAll(context, attributes, values);
  const last = { service: 'set-response', invokeId, blockNumber } as const;
  if (isList) return encodeApdu({ ...last, kind: 'last-datablock-with-list', results });
  const [result = 'other-reason'] = results;
  return encodeApdu({ ...last, kind: 'last-datablock', result });
}

function aborted(invokeId: InvokeId, blockNumber: number, result: DataRefusal): Uint8Array {
  return encodeApdu({
    service: 'set-response',
    kind: 'last-datablock',
    invokeId,
    result,
    blockNumber,
  });
}
