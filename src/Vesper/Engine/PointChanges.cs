using Vesper.Payloads;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>What writes can do to points that exist; each logs the effect, never the wish.</summary>
internal static class PointChanges
{
    public static PointChange Delete { get; } = static (batch, id, _, _) => batch.AddDelete(id);

    public static PointChange Overwrite(Payload payload) =>
        (batch, id, _, _) => batch.AddPayload(id, payload.Utf8.Span);

    public static PointChange Merge(Payload payload) =>
        (batch, id, view, row) => batch.AddPayload(id, PayloadPatch.Merge(view.PayloadOf(row), payload));

    public static PointChange RemoveKeys(IReadOnlyList<string> keys) =>
        (batch, id, view, row) => batch.AddPayload(id, PayloadPatch.Remove(view.PayloadOf(row), keys));

    /// <summary>Fields given are replaced; the others, and the payload, are read from the row.</summary>
    public static PointChange Vectors(IReadOnlyDictionary<PointId, ReadOnlyMemory<float>[]> updates) =>
        (batch, id, view, row) =>
        {
            var vectors = updates[id].ToArray();
            for (var field = 0; field < vectors.Length; field++)
            {
                if (vectors[field].IsEmpty)
                {
                    var stored = new float[view.Segment.Schema.Fields[field].Options.Dimensions];
                    view.Segment.Vectors(field).Read(row, stored);
                    vectors[field] = stored;
                }
            }

            batch.AddPoint(id, vectors, view.PayloadOf(row));
        };
}
