using Vesper.Engine.Records;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>
/// Checks points against a schema and encodes them as one atomic batch. Nothing is kept of a batch that has one bad
/// point.
/// </summary>
internal static class PointEncoder
{
    /// <summary>Encodes whole points; of repeated ids the last wins.</summary>
    public static RecordBatch Encode(
        IReadOnlyList<Point> points, SegmentSchema schema, out IReadOnlyCollection<PointId> ids)
    {
        var distinct = LastOfEachId(points);
        var batch = new RecordBatch();
        var vectors = new ReadOnlyMemory<float>[schema.Fields.Count];
        for (var at = 0; at < points.Count; at++)
        {
            var point = points[at];
            Resolve(point, at, schema, vectors);
            for (var field = 0; field < vectors.Length; field++)
            {
                if (vectors[field].IsEmpty)
                {
                    throw new SchemaException(
                        Place(at, schema.Fields[field].Name), "is missing; every point has a vector for each field");
                }
            }

            if (distinct[point.Id] == at)
            {
                batch.AddPoint(point.Id, vectors, point.Payload.Utf8.Span);
            }
        }

        ids = distinct.Keys;
        return batch;
    }

    /// <summary>Checks the vectors of an update, which may leave fields out; by id, the last wins.</summary>
    public static IReadOnlyDictionary<PointId, ReadOnlyMemory<float>[]> CheckUpdates(
        IReadOnlyList<Point> points, SegmentSchema schema)
    {
        RequireBatch(points);
        var updates = new Dictionary<PointId, ReadOnlyMemory<float>[]>();
        for (var at = 0; at < points.Count; at++)
        {
            ArgumentNullException.ThrowIfNull(points[at], $"points[{at}]");
            var vectors = new ReadOnlyMemory<float>[schema.Fields.Count];
            Resolve(points[at], at, schema, vectors);

            // They are encoded later, by the writer: what was checked is what is stored, whatever the caller does with
            // its arrays.
            updates[points[at].Id] = Array.ConvertAll(vectors, vector => (ReadOnlyMemory<float>)vector.ToArray());
        }

        return updates;
    }

    private static Dictionary<PointId, int> LastOfEachId(IReadOnlyList<Point> points)
    {
        RequireBatch(points);
        var last = new Dictionary<PointId, int>(points.Count);
        for (var at = 0; at < points.Count; at++)
        {
            ArgumentNullException.ThrowIfNull(points[at], $"points[{at}]");
            last[points[at].Id] = at;
        }

        return last;
    }

    private static void RequireBatch(IReadOnlyList<Point> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        LimitExceededException.ThrowIfAbove("batch", points.Count, Limits.BatchPoints, "points");
    }

    private static void Resolve(Point point, int at, SegmentSchema schema, ReadOnlyMemory<float>[] into)
    {
        Array.Clear(into);
        foreach (var (name, vector) in point.Vectors)
        {
            var field = schema.FieldIndex(name);
            var place = Place(at, schema.Fields[field].Name);
            if (!into[field].IsEmpty)
            {
                throw new SchemaException(place, "is given twice: '' is the default field");
            }

            VectorRules.Check(place, vector.Span, schema.Fields[field].Options);
            into[field] = vector;
        }
    }

    private static string Place(int point, string field) =>
        field.Length == 0 ? $"points[{point}].vector" : $"points[{point}].vectors['{field}']";
}
