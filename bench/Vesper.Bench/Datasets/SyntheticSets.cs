using System.Diagnostics;

namespace Vesper.Bench.Datasets;

/// <summary>Data sets made from a seed: the same seed and size, the same bytes.</summary>
internal static class SyntheticSets
{
    /// <summary>Rows when no limit is given.</summary>
    public const int DefaultRows = 20_000;

    private const int Queries = 2_000;

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal)
    {
        ["uniform"] = new(32, Metric.L2, random => new Uniform(random, 32)),
        ["mixture"] = new(96, Metric.L2, random => new Mixture(random, 96)),
        ["duplicates"] = new(64, Metric.L2, random => new Duplicates(random, 64)),
        ["far-cluster"] = new(64, Metric.L2, random => new FarCluster(random, 64)),
        ["odd-dimension"] = new(101, Metric.Cosine, random => new Mixture(random, 101)),
    };

    /// <summary>Draws rows one after the other.</summary>
    private interface IRowSource
    {
        /// <summary>Fills the span with the next row.</summary>
        void Next(Span<float> row);
    }

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Shapes.Keys;

    /// <summary>Makes the files of a set in a folder, unless they are there.</summary>
    public static SourceFiles Make(string name, string folder, int rows, int seed)
    {
        var shape = Shapes[name];
        var here = Path.Combine(folder, $"{name}-{rows}-{seed}");
        var files = new SourceFiles(
            name, Path.Combine(here, "base.fbin"), Path.Combine(here, "query.fbin"), null, shape.Metric);
        if (File.Exists(files.Base) && File.Exists(files.Queries))
        {
            return files;
        }

        Directory.CreateDirectory(here);
        var source = shape.Source(new Random(seed));
        Write(files.Base, rows, shape.Dimensions, source);
        Write(files.Queries, Queries, shape.Dimensions, source);
        return files;
    }

    private static void Write(string path, int rows, int dimensions, IRowSource source)
    {
        using var file = new FbinWriter(path, rows, dimensions);
        var row = new float[dimensions];
        for (var i = 0; i < rows; i++)
        {
            source.Next(row);
            file.Write(row);
        }

        file.Complete();
    }

    private static void FillNormal(Random random, Span<float> row, float deviation)
    {
        for (var i = 0; i < row.Length; i++)
        {
            // Box and Muller: 1 − x keeps the logarithm off zero.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            row[i] = deviation * (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    private static void Add(Span<float> row, ReadOnlySpan<float> other)
    {
        Debug.Assert(row.Length == other.Length, "both are of the set's dimensions");
        for (var i = 0; i < row.Length; i++)
        {
            row[i] += other[i];
        }
    }

    private static float[] Normal(Random random, int dimensions, float deviation)
    {
        var row = new float[dimensions];
        FillNormal(random, row, deviation);
        return row;
    }

    private sealed record Shape(int Dimensions, Metric Metric, Func<Random, IRowSource> Source);

    /// <summary>Each component between 0 and 1: no structure at all.</summary>
    private sealed class Uniform(Random random, int dimensions) : IRowSource
    {
        public void Next(Span<float> row)
        {
            Debug.Assert(row.Length == dimensions, "one row");
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = random.NextSingle();
            }
        }
    }

    /// <summary>Normal clouds of different width around a hundred centres.</summary>
    private sealed class Mixture(Random random, int dimensions) : IRowSource
    {
        private const int Centres = 100;

        private readonly (float[] Centre, float Width)[] _clouds = [.. Enumerable.Range(0, Centres).Select(
            _ => (Normal(random, dimensions, 1), 0.2f + (0.6f * random.NextSingle())))];

        public void Next(Span<float> row)
        {
            var (centre, width) = _clouds[random.Next(Centres)];
            FillNormal(random, row, width);
            Add(row, centre);
        }
    }

    /// <summary>A few hundred distinct rows, over and over; one in ten is a new one.</summary>
    private sealed class Duplicates(Random random, int dimensions) : IRowSource
    {
        private const int Distinct = 500;

        private readonly float[][] _rows =
            [.. Enumerable.Range(0, Distinct).Select(_ => Normal(random, dimensions, 1))];

        public void Next(Span<float> row)
        {
            if (random.Next(10) == 0)
            {
                FillNormal(random, row, 1);
            }
            else
            {
                _rows[random.Next(Distinct)].CopyTo(row);
            }
        }
    }

    /// <summary>A cloud around zero, and one row in twenty in a small cluster a thousand deviations away.</summary>
    private sealed class FarCluster(Random random, int dimensions) : IRowSource
    {
        private const float Distance = 1_000;

        private readonly float[] _far = Normal(random, dimensions, Distance);

        public void Next(Span<float> row)
        {
            var isFar = random.Next(20) == 0;
            FillNormal(random, row, isFar ? 0.1f : 1);
            if (isFar)
            {
                Add(row, _far);
            }
        }
    }
}
