using Vesper.Bench.Datasets;
using Vesper.Cli.Files;

namespace Vesper.Bench.Experiments.Writing;

/// <summary>
/// Makes new points from the rows of a data set, over and over, each with a fresh id and a small payload. Thread-safe.
/// </summary>
internal sealed class PointSource
{
    private static readonly Payload[] Payloads =
        [.. Enumerable.Range(0, 64).Select(i => Payload.Parse($$"""{"group":{{i}},"name":"point {{i:D2}}"}"""))];

    private readonly float[] _rows;
    private readonly int _count;
    private long _next = -1;

    /// <summary>Reads the rows that will be used.</summary>
    /// <param name="dataset">Where from.</param>
    /// <param name="rowsMax">At most this many of its first rows.</param>
    public PointSource(Dataset dataset, int rowsMax)
    {
        Dimensions = dataset.Dimensions;
        _count = Math.Min(dataset.Rows, rowsMax);
        _rows = new float[_count * dataset.Dimensions];
        using var file = RowFile.OpenVectors(dataset.BasePath);
        var read = file.Read(_rows.AsSpan());
        if (read != _count)
        {
            throw new EndOfStreamException($"{dataset.BasePath}: {read} rows instead of {_count}");
        }
    }

    /// <summary>Components of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Different rows.</summary>
    public int Count => _count;

    /// <summary>Bytes of a point as the user sees it: its vector and its payload.</summary>
    public int PointBytes => Dimensions * sizeof(float) + Payloads[0].Utf8.Length;

    /// <summary>Starts again with the first id.</summary>
    public void Restart() => Interlocked.Exchange(ref _next, -1);

    /// <summary>The next points.</summary>
    public Point[] Take(int count)
    {
        var end = Interlocked.Add(ref _next, count);
        var points = new Point[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = At(end - count + 1 + i);
        }

        return points;
    }

    /// <summary>The vector of a row.</summary>
    public ReadOnlyMemory<float> Row(long number) =>
        _rows.AsMemory((int)(number % _count) * Dimensions, Dimensions);

    private Point At(long number) => new((ulong)number, Row(number), Payloads[number % Payloads.Length]);
}
