using System.Diagnostics;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Measuring;

/// <summary>The same figures measured several times.</summary>
internal sealed class RepeatedFigures
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    /// <summary>How often they were measured.</summary>
    public int Repeats { get; private set; }

    /// <summary>Adds one measurement of all figures; one that could not be measured may be left out.</summary>
    public void Add(IReadOnlyDictionary<string, double> figures)
    {
        Repeats++;
        foreach (var (name, value) in figures)
        {
            Debug.Assert(double.IsFinite(value), "a figure is a number");
            if (!_values.TryGetValue(name, out var values))
            {
                _values[name] = values = [];
            }

            values.Add(value);
        }
    }

    /// <summary>The median of each figure.</summary>
    public IReadOnlyDictionary<string, double> Medians() =>
        _values.ToDictionary(pair => pair.Key, pair => Samples.Median(pair.Value), StringComparer.Ordinal);

    /// <summary>The spread of each figure that was measured more than once.</summary>
    public IReadOnlyDictionary<string, double> Noise() => _values.Where(pair => pair.Value.Count > 1)
        .ToDictionary(pair => pair.Key, pair => Samples.Spread(pair.Value), StringComparer.Ordinal);

    /// <summary>The spread of a figure for a table; empty when there is only one measurement.</summary>
    public string NoiseText(string name) =>
        Noise().TryGetValue(name, out var spread) ? $"± {Shown.Number(100 * spread)} %" : "";
}
