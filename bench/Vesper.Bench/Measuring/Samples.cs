using System.Diagnostics;

namespace Vesper.Bench.Measuring;

/// <summary>Repeated measurements of one figure.</summary>
internal static class Samples
{
    /// <summary>The middle value; the mean of the middle two of an even number.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        Debug.Assert(values.Count > 0, "something was measured");
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Half the spread, relative to the median: (max − min) / median / 2.</summary>
    public static double Spread(IReadOnlyList<double> values)
    {
        var median = Median(values);
        return median == 0 ? 0 : (values.Max() - values.Min()) / Math.Abs(median) / 2;
    }
}
