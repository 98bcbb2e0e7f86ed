namespace Vesper.Bench.Reporting.Charts;

/// <summary>Where values lie on an axis.</summary>
internal abstract class Axis(string label)
{
    /// <summary>What is measured, with its unit.</summary>
    public string Label => label;

    /// <summary>Values that get a line and, where it is not empty, a text.</summary>
    public abstract IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>The place of a value, 0 at the start to 1 at the end.</summary>
    public abstract double PlaceOf(double value);
}
