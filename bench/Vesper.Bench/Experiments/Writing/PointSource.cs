using System.Runtime.CompilerServices;
using Vesper.Bench.Datasets;
using Vesper.Bench.Measuring;
using Vesper.Cli.Files;

namespace Vesper.Bench.Experiments.Writing;

/// <summary>
/// Makes new points from rows held in memory, over and over, each with a fresh id and a small payload. Thread-safe.
/// </summary>
internal sealed class PointSource
{
    private const int DrawnDimensions = 128;

    private static readonly Payload[] Payloads =
        [.. Enumerable.Range(10, 64).Select(group => Payload.Parse($$"""{"group":{{group}},"name":"a point"}"""))];

    private readonly float[] _rows;
    private long _next = -1;

    private PointSource(DatasetFacts facts, Metric metric, float[] rows)
    {
        Facts = facts;
        Metric = metric;
        _rows = rows;
        Count = rows.Length / facts.Dimensions;
    }

    /// <summary>For the results.</summary>
    public DatasetFacts Facts { get; }

    /// <summary>How nearness is measured.</summary>
    public Metric Metric { get; }

    /// <summary>Components of a vector.</summary>
    public int Dimensions => Facts.Dimensions;

    /// <summary>Different rows.</summary>
    public int Count { get; }

    /// <summary>Bytes of a point as the user sees it, about: its vector and its payload.</summary>
    public int PointBytes => Dimensions * sizeof(float) + Payloads[^1].Utf8.Length;

    /// <summary>
    /// The first rows of each data set that was named; when none was, rows of 128 normal numbers by the seed: what is
    /// only logged and read back can be any numbers.
    /// </summary>
    /// <param name="session">Names the data sets.</param>
    /// <param name="experiment">Who asks, for the report.</param>
    /// <param name="rowsMax">At most this many rows.</param>
    public static async IAsyncEnumerable<PointSource> OpenAsync(
        BenchSession session,
        string experiment,
        int rowsMax,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = session.Options;
        if (options.Datasets.Count == 0 && options.BaseFile is null)
        {
            yield return Drawn(Math.Min(rowsMax, options.Limit ?? rowsMax), options.Seed);
            yield break;
        }

        await foreach (var dataset in session.OpenDatasetsAsync(experiment, [], cancellation).ConfigureAwait(false))
        {
            yield return Of(dataset, rowsMax);
        }
    }

    /// <summary>The first rows of a data set.</summary>
    public static PointSource Of(Dataset dataset, int rowsMax)
    {
        var count = Math.Min(dataset.Rows, rowsMax);
        var rows = new float[count * dataset.Dimensions];
        using var file = RowFile.OpenVectors(dataset.BasePath);
        var read = file.Read(rows.AsSpan());
        return read == count
            ? new PointSource(dataset.Facts, dataset.Metric, rows)
            : throw new EndOfStreamException($"{dataset.BasePath}: {read} rows instead of {count}");
    }

    /// <summary>Starts again with the first id and row.</summary>
    public void Restart() => Interlocked.Exchange(ref _next, -1);

    /// <summary>The next points.</summary>
    public Point[] Take(int count)
    {
        var end = Interlocked.Add(ref _next, count);
        var points = new Point[count];
        for (var i = 0; i < count; i++)
        {
            var number = end - count + 1 + i;
            points[i] = Make((ulong)number, (int)(number % Count));
        }

        return points;
    }

    /// <summary>A point of a row.</summary>
    public Point Make(ulong id, int row) => new(id, Row(row), Payloads[id % (ulong)Payloads.Length]);

    /// <summary>The vector of a row.</summary>
    public ReadOnlyMemory<float> Row(int row) => _rows.AsMemory(row * Dimensions, Dimensions);

    private static PointSource Drawn(int count, int seed)
    {
        var random = new Random(seed);
        var rows = new float[count * DrawnDimensions];
        for (var i = 0; i < rows.Length; i += 2)
        {
            // Box and Muller: two normal numbers from two uniform ones.
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sin, cos) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            (rows[i], rows[i + 1]) = (radius * cos, radius * sin);
        }

        return new PointSource(new DatasetFacts("normal", count, DrawnDimensions, "l2", 0), Metric.L2, rows);
    }
}
