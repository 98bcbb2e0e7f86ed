// A matrix as an Arrow table of `id` and `vector`, without a copy of the rows.
import * as arrow from 'apache-arrow';

export function tableOf({ rows, dimensions, values }) {
  const float = new arrow.Float32();
  const vectorType = new arrow.FixedSizeList(dimensions, new arrow.Field('item', float, true));
  const schema = new arrow.Schema([
    new arrow.Field('id', new arrow.Int32(), false),
    new arrow.Field('vector', vectorType, false),
  ]);
  const ids = arrow.makeData({ type: new arrow.Int32(), data: Int32Array.from({ length: rows }, (_, row) => row) });
  const child = arrow.makeData({ type: float, data: values });
  const vectors = arrow.makeData({ type: vectorType, length: rows, nullCount: 0, child });
  const type = new arrow.Struct(schema.fields);
  const batch = arrow.makeData({ type, length: rows, nullCount: 0, children: [ids, vectors] });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, batch)]);
}
