namespace Vesper.Bench.Reporting.Charts;

/// <summary>
/// Recall by the logarithm of what is missed: from 0.9 to 0.99 is as far as from 0.99 to 0.999. Its end is full recall.
/// </summary>
internal sealed class RecallAxis : Axis
{
    /// <summary>What is missed at the end: from there on, recall is shown as full.</summary>
    private const double MissMin = 2e-4;

    private static readonly double[] Steps =
        [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1];

    private readonly double _from;
    private readonly double _to;

    /// <summary>An axis that covers the values, and 0.9 to 1 in any case.</summary>
    public RecallAxis(string label, IReadOnlyCollection<double> values)
        : base(label)
    {
        var from = Steps.Last(step => step <= Math.Min(0.9, values.Min()));
        (_from, _to) = (Depth(from), Depth(1));
        Ticks = [.. Steps.Where(step => step >= from).Select(step => (step, FigureText.Recall(step)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <inheritdoc/>
    public override double PlaceOf(double value) => Math.Clamp((Depth(value) - _from) / (_to - _from), 0, 1);

    private static double Depth(double recall) => -Math.Log10(Math.Max(1 - recall, MissMin));
}
