namespace Vesper.Bench.Reporting.Charts;

/// <summary>A logarithmic axis from one of 1, 2 or 5 times a power of ten to another.</summary>
internal sealed class LogAxis : Axis
{
    private const double DecadesWithAllTexts = 2.4;
    private static readonly int[] Factors = [1, 2, 5];
    private readonly double _from;
    private readonly double _to;

    /// <summary>An axis that covers the values, all above 0.</summary>
    public LogAxis(string label, IReadOnlyCollection<double> values)
        : base(label)
    {
        var (low, high) = (values.Min(), values.Max());
        var powers = (int)Math.Ceiling(Math.Log10(high / low)) + 4;
        var steps = Enumerable.Range((int)Math.Floor(Math.Log10(low)) - 1, powers)
            .SelectMany(power => Factors.Select(factor => (Factor: factor, Value: factor * Math.Pow(10, power))))
            .ToArray();
        var first = steps.Last(step => step.Value <= low * (1 + 1e-9)).Value;
        var last = steps.First(step => step.Value >= high * (1 - 1e-9) && step.Value > first).Value;
        (_from, _to) = (Math.Log(first), Math.Log(last));
        var hasAllTexts = Math.Log10(last / first) <= DecadesWithAllTexts;
        Ticks =
        [
            .. from step in steps
               where step.Value >= first && step.Value <= last
               select (step.Value, hasAllTexts || step.Factor == 1 ? FigureText.Short(Math.Round(step.Value, 9)) : ""),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <inheritdoc/>
    public override double PlaceOf(double value) => Math.Clamp((Math.Log(value) - _from) / (_to - _from), 0, 1);
}
