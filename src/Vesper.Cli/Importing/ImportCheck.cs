using Vesper.Cli.Files;

namespace Vesper.Cli.Importing;

/// <summary>
/// Reads the whole input before the first point is written, so that an input that does not fit is refused as a whole:
/// width and values of every vector, every id and payload, and as many of these as there are vectors.
/// </summary>
internal static class ImportCheck
{
    private const int BatchRows = 1_000;

    /// <summary>Checks the input against the collection; returns its number of points.</summary>
    /// <exception cref="VesperException">It does not fit: names the file and the place.</exception>
    public static long Run(
        PointInput input, CollectionOptions options, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        using var reader = input.Open();
        var points = new List<Point>(BatchRows);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = reader.Position;
            points.Clear();
            if (reader.Read(points, BatchRows) == 0)
            {
                return reader.Position;
            }

            for (var i = 0; i < points.Count; i++)
            {
                CheckPoint(points[i], options, $"{input.VectorsPath}, row {first + i}");
            }

            progress.Report(new WorkProgress("", reader.Position, reader.Total ?? 0));
        }
    }

    private static void CheckPoint(Point point, CollectionOptions options, string place)
    {
        foreach (var (name, vector) in point.Vectors)
        {
            var field = options.ResolveField(name);
            if (vector.Length != field.Value.Dimensions)
            {
                throw new SchemaException(
                    place,
                    $"the vector has {vector.Length} dimensions; {Describe(field.Key)} has {field.Value.Dimensions}");
            }

            CheckValues(vector.Span, field.Value.Metric, place);
        }
    }

    private static void CheckValues(ReadOnlySpan<float> vector, Metric metric, string place)
    {
        var any = false;
        for (var i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
            {
                throw new SchemaException(place, $"component {i} of the vector is {vector[i]}; all must be finite");
            }

            any |= vector[i] != 0;
        }

        if (!any && metric == Metric.Cosine)
        {
            throw new SchemaException(place, "the vector is zero, which has no direction under cosine");
        }
    }

    private static string Describe(string field) => field.Length == 0 ? "the collection" : $"the field '{field}'";
}
