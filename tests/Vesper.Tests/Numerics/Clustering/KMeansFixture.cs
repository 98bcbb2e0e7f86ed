using Vesper.Indexing;
using Vesper.Numerics.Clustering;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Clustering;

/// <summary>Rows to cluster, and trainings of them; at the end no native byte may be left.</summary>
internal sealed class KMeansFixture : IDisposable
{
    private readonly MemoryScope _scope = new("test");
    private readonly List<IDisposable> _owned = [];

    public MemoryScope Scope => _scope;

    public static KMeansContext Context(MemoryScope scope, int threads = 1) =>
        new(scope, threads == 1 ? SerialExecutor.Instance : new ThreadExecutor(threads));

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        Assert.Equal(0, _scope.Bytes);
    }

    public RowMatrix<float> Rows(IEnumerable<float[]> vectors, int spareColumns = 0)
    {
        RowMatrix<float>? rows = null;
        foreach (float[] vector in vectors)
        {
            rows ??= Own(new RowMatrix<float>(vector.Length + spareColumns, _scope));

            // What must not be looked at shows itself.
            rows.Append([.. vector, .. Enumerable.Repeat(float.NaN, spareColumns)]);
        }

        return rows!;
    }

    /// <summary>Gaussian groups around far centres.</summary>
    public RowMatrix<float> Mixture(int seed, int count, int dimensions, int groups, float spread = 1)
    {
        var random = new Random(seed);
        float[][] centers = [.. Enumerable.Range(0, groups).Select(_ => Vectors.Gaussian(random, dimensions))];
        return Rows(Enumerable.Range(0, count).Select(_ =>
        {
            float[] center = centers[random.Next(groups)];
            float[] noise = Vectors.Gaussian(random, dimensions);
            return center.Zip(noise, (middle, off) => 8 * middle + spread * off).ToArray();
        }));
    }

    public KMeansResult Train(RowMatrix<float> rows, int k, KMeansOptions options, int threads = 1) =>
        Own(KMeans.Train(rows, rows.Columns, k, options, Context(_scope, threads)));

    public T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
