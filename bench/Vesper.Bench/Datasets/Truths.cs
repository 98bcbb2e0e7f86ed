using System.Diagnostics;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Files;

namespace Vesper.Bench.Datasets;

/// <summary>Ground truths as arrays and files: rows of row numbers, −1 where there are fewer.</summary>
internal static class Truths
{
    /// <summary>The first queries and columns of a truth.</summary>
    public static GroundTruth Cut(int[] truth, int width, int queries, int k)
    {
        Debug.Assert(k <= width && queries * width <= truth.Length, "a part of what is there");
        var ids = new int[queries * k];
        for (var query = 0; query < queries; query++)
        {
            truth.AsSpan(query * width, k).CopyTo(ids.AsSpan(query * k));
        }

        return new GroundTruth(ids, k);
    }

    /// <summary>Reads the first rows of a file of at least <paramref name="width"/> columns.</summary>
    /// <exception cref="DatasetException">It has fewer rows or columns, or names a row that is not there.</exception>
    /// <exception cref="VesperException">It is missing or damaged.</exception>
    public static int[] Read(string path, int queries, int width, int baseRows)
    {
        using var file = RowFile.OpenTruth(path);
        if (file.Count < queries || file.Dimensions < width)
        {
            throw new DatasetException(
                $"{path} has the {file.Dimensions} nearest of {file.Count} queries; the {width} nearest of {queries} "
                + "are needed");
        }

        var row = new int[file.Dimensions];
        var truth = new int[queries * width];
        for (var query = 0; query < queries; query++)
        {
            file.Read(row.AsSpan());
            row.AsSpan(0, width).CopyTo(truth.AsSpan(query * width));
        }

        var stray = truth.AsSpan().IndexOfAnyExceptInRange(-1, baseRows - 1);
        return stray < 0
            ? truth
            : throw new DatasetException(
                $"{path} names row {truth[stray]} for query {stray / width}; the base has {baseRows} rows");
    }

    /// <summary>Writes a truth, whole or not at all.</summary>
    public static void Write(string path, int[] truth, int width)
    {
        using var writer = new IbinWriter(path, truth.Length / width, width);
        for (var start = 0; start < truth.Length; start += width)
        {
            writer.Write(truth.AsSpan(start, width));
        }

        writer.Complete();
    }
}
