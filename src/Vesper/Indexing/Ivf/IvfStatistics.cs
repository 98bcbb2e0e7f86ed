using Vesper.Indexing.Ivf.Lists;
using Vesper.Numerics.Clustering.Assignment;

namespace Vesper.Indexing.Ivf;

/// <summary>What adding rows came to so far.</summary>
/// <param name="Assignment">Rows, distances, pruned centroids, validated assignments and mismatches, thread
/// time.</param>
/// <param name="Encoding">Thread time in encoding.</param>
/// <param name="Appending">Time in appending to lists.</param>
internal sealed record IvfWorkDone(AssignmentReport Assignment, TimeSpan Encoding, TimeSpan Appending)
{
    public static IvfWorkDone None { get; } = new(new AssignmentReport(0, 0, 0), TimeSpan.Zero, TimeSpan.Zero);

    public IvfWorkDone Plus(IvfWorkDone other) => new(
        new AssignmentReport(
            Assignment.Assignments + other.Assignment.Assignments,
            Assignment.Validated + other.Assignment.Validated,
            Assignment.Mismatches + other.Assignment.Mismatches)
        {
            DistancesComputed = Assignment.DistancesComputed + other.Assignment.DistancesComputed,
            Pruned = Assignment.Pruned + other.Assignment.Pruned,
            TimeInAssign = Assignment.TimeInAssign + other.Assignment.TimeInAssign,
        },
        Encoding + other.Encoding,
        Appending + other.Appending);
}

/// <summary>Figures of an inverted file.</summary>
/// <param name="Lists">Lists, empty ones included.</param>
/// <param name="EmptyLists">Those without an entry.</param>
/// <param name="Entries">Entries, removed ones included.</param>
/// <param name="LongestList">Entries of the longest.</param>
/// <param name="Imbalance">lists × Σ n² / (Σ n)²: 1 when all are equally long; what a probe costs more.</param>
/// <param name="CodeBytes">Bytes of one code.</param>
/// <param name="Added">What adding rows came to.</param>
internal sealed record IvfStatistics(
    int Lists, int EmptyLists, long Entries, int LongestList, double Imbalance, int CodeBytes, IvfWorkDone Added)
{
    public static IvfStatistics Of(InvertedLists lists, IvfModel model, IvfWorkDone added)
    {
        var lengths = Enumerable.Range(0, lists.Count).Select(lists.LengthOf).ToArray();
        var entries = lengths.Sum(length => (long)length);
        var squares = lengths.Sum(length => (double)length * length);
        return new IvfStatistics(
            lengths.Length,
            lengths.Count(length => length == 0),
            entries,
            lengths.Max(),
            entries == 0 ? 1 : lengths.Length * squares / ((double)entries * entries),
            model.Quantizer.CodeBytes,
            added);
    }
}
