using System.Text;
using Vesper.Cli.Files;

namespace Vesper.Cli.Importing;

/// <summary>
/// Reads the whole input before the first point is written, so that an input that does not fit is refused as a whole:
/// names, width and values of every vector, every id and payload, the size of every point, and as many ids and payloads
/// as there are vectors.
/// </summary>
internal static class ImportCheck
{
    private const int BatchRows = 1_000;

    // What the log takes as one point (docs/guide/limits.md).
    private const int MaxPointBytes = 16 << 20;

    /// <summary>Checks the input against the target; returns its number of points.</summary>
    /// <exception cref="VesperException">It does not fit: names the file and the place.</exception>
    public static long Run(
        PointInput input, ImportTarget target, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        using var reader = input.Open();
        var points = new List<Point>(BatchRows);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            points.Clear();
            if (reader.Read(points, BatchRows) == 0)
            {
                return reader.Position;
            }

            for (var i = 0; i < points.Count; i++)
            {
                if (target.Replaced is null)
                {
                    CheckPoint(points[i], target.Options, reader.PlaceOf(i));
                }
                else
                {
                    CheckReplacement(points[i], target, target.Replaced, reader.PlaceOf(i));
                }
            }

            if (target.Replaced is not null)
            {
                RequireAll(points, target.Collection, reader);
            }

            progress.Report(new WorkProgress("", reader.Position, reader.Total ?? 0));
        }
    }

    private static void CheckPoint(Point point, CollectionOptions options, string place)
    {
        var vectors = Resolve(point, options, place);
        var bytes = LoggedIdBytes(point.Id) + sizeof(int) + (long)point.Payload.Utf8.Length;
        foreach (var (name, field) in options.Vectors)
        {
            if (!vectors.TryGetValue(name, out var vector))
            {
                throw new SchemaException(
                    place, $"has no vector for the field '{name}'; a point has one for each field of its collection");
            }

            VectorFit.Require(place, vector.Span, name, field);
            bytes += (long)vector.Length * sizeof(float);
        }

        if (bytes > MaxPointBytes)
        {
            throw new LimitExceededException($"{place}: point", bytes, MaxPointBytes, "bytes");
        }
    }

    private static void CheckReplacement(Point point, ImportTarget target, string field, string place)
    {
        foreach (var (name, vector) in Resolve(point, target.Options, place))
        {
            if (name != field)
            {
                throw new SchemaException(
                    place, $"has a vector for the field '{name}', and only those of '{field}' are replaced");
            }

            VectorFit.Require(place, vector.Span, name, target.Options.Vectors[name]);
        }

        if (point.Vectors.Count == 0 || point.Payload.Utf8.Length > Payload.Empty.Utf8.Length)
        {
            throw new SchemaException(
                place, $"must have a vector and no payload: the vectors of one field ('{field}') are replaced");
        }
    }

    // A vector of one field alone makes no point.
    private static void RequireAll(List<Point> points, Collection collection, IPointReader reader)
    {
        var stored = collection.Get([.. points.Select(point => point.Id)], withVectors: false, withPayload: false)
            .Select(point => point.Id)
            .ToHashSet();
        var missing = points.FindIndex(point => !stored.Contains(point.Id));
        if (missing >= 0)
        {
            throw new SchemaException(
                reader.PlaceOf(missing),
                $"there is no point '{points[missing].Id}'; --field replaces vectors of points that exist, and JSON "
                + "lines with \"vectors\" make new ones");
        }
    }

    // A byte for the kind, and the length of a string (docs/formats/wal.md).
    private static int LoggedIdBytes(PointId id) => id.Kind switch
    {
        PointIdKind.Number => 1 + sizeof(ulong),
        PointIdKind.Uuid => 1 + 16,
        _ => 1 + sizeof(ushort) + Encoding.UTF8.GetByteCount(id.Text),
    };

    // By the names of the collection: the input may call the only field "".
    private static Dictionary<string, ReadOnlyMemory<float>> Resolve(
        Point point, CollectionOptions options, string place)
    {
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(point.Vectors.Count, StringComparer.Ordinal);
        foreach (var (name, vector) in point.Vectors)
        {
            if (options.FindField(name) is not { } field)
            {
                throw new SchemaException(place, options.DescribeMissing(name));
            }

            if (!vectors.TryAdd(field.Key, vector))
            {
                throw new SchemaException(place, $"has two vectors for the field '{field.Key}'");
            }
        }

        return vectors;
    }
}
