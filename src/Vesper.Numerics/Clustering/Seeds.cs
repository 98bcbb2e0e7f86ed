using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>The first centroids: copies of distinct rows.</summary>
internal static class Seeds
{
    private const int PlusPlusRowsPerSeed = 16;

    /// <summary>Chooses k ≤ n rows and copies them.</summary>
    public static RowMatrix<float> Choose(TrainingRows rows, int k, KMeansSeeding seeding, SeededRandom random) =>
        rows.Copy(seeding switch
        {
            KMeansSeeding.PlusPlus => PlusPlus(rows, k, random),
            KMeansSeeding.Parallel => new ParallelSeeds(rows).Choose(k, random),
            _ => RowSample.Choose(rows.Count, k, random.NextBits()),
        });

    private static int[] PlusPlus(TrainingRows rows, int k, SeededRandom random)
    {
        long most = (long)k * PlusPlusRowsPerSeed;
        if (rows.Count <= most)
        {
            return new PlusPlusSeeds(rows, null).Choose(k, random);
        }

        int[] sample = RowSample.Choose(rows.Count, (int)most, random.NextBits());
        using RowMatrix<float> copy = rows.Copy(sample);
        var sampleRows = new TrainingRows(copy, rows.Dimensions, rows.Context);
        return [.. new PlusPlusSeeds(sampleRows, null).Choose(k, random).Select(number => sample[number])];
    }
}
