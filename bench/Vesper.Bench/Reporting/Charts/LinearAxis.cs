namespace Vesper.Bench.Reporting.Charts;

/// <summary>An axis with equal steps of 1, 2 or 5 times a power of ten.</summary>
internal sealed class LinearAxis : Axis
{
    private const int StepsMax = 6;
    private readonly double _from;
    private readonly double _to;

    /// <summary>An axis that covers the values.</summary>
    /// <param name="label">What is measured.</param>
    /// <param name="values">At least one.</param>
    /// <param name="fromZero">Whether it starts at 0, as bars need.</param>
    public LinearAxis(string label, IReadOnlyCollection<double> values, bool fromZero = true)
        : base(label)
    {
        var low = fromZero ? Math.Min(0, values.Min()) : values.Min();
        var high = values.Max();
        if (high <= low)
        {
            high = low + (low == 0 ? 1 : Math.Abs(low) * 0.1);
        }

        var step = StepOf((high - low) / StepsMax);
        var first = Math.Floor((low / step) + 1e-9);
        var last = Math.Ceiling((high / step) - 1e-9);
        _from = first * step;
        _to = last * step;
        Ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Tick((first + i) * step))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <inheritdoc/>
    public override double PlaceOf(double value) => Math.Clamp((value - _from) / (_to - _from), 0, 1);

    private static (double Value, string Text) Tick(double value) => (value, FigureText.Short(Math.Round(value, 9)));

    private static double StepOf(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => step >= atLeast * (1 - 1e-9));
    }
}
