using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Sweeps;

/// <summary>Everything measured at one point so far.</summary>
internal sealed class PointRecord(SearchPoint point)
{
    private readonly Dictionary<string, List<double>> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _recall = new(StringComparer.Ordinal);

    /// <summary>The point.</summary>
    public SearchPoint Point => point;

    /// <summary>How often it was measured.</summary>
    public int Repeats => _samples.TryGetValue("qps", out var samples) ? samples.Count : 0;

    /// <summary>Adds a measurement; recall is judged at the first, since a loaded index answers the same.</summary>
    public void Add(SearchAnswer answer, RecallScore score)
    {
        if (Repeats == 0)
        {
            foreach (var k in point.K == SweepPlan.K ? [1, point.K] : new[] { point.K })
            {
                _recall[$"recall_{k}"] = score.Mean(answer.Ids, point.K, k);
            }

            if (score.CountShort(answer.Ids, point.K) is var missing and > 0)
            {
                _recall["short_queries"] = missing;
            }
        }

        foreach (var (name, value) in answer.Figures)
        {
            Sample(name == "qps" ? "qps_single" : name, value);
        }

        Sample("qps", Math.Max(answer.Figures["qps"], answer.Figures.GetValueOrDefault("batch_qps")));
    }

    /// <summary>The point as a result: medians, and the spread of each figure.</summary>
    public Measurement ToMeasurement(EngineVariant variant, Dataset dataset, IReadOnlyList<string> facts)
    {
        var isBatched = _samples.ContainsKey("batch_qps");
        var samples = _samples.Where(pair => isBatched || pair.Key != "qps_single").ToArray();
        var parameters = variant.Parameters.Concat(point.Effort).Select(
            pair => KeyValuePair.Create(pair.Key, (object)pair.Value));
        return new Measurement
        {
            Experiment = "recall",
            Dataset = dataset.Facts,
            Engine = variant.Engine,
            Variant = variant.Name,
            Parameters = new Dictionary<string, object>(parameters)
            {
                ["index"] = variant.Index,
                ["k"] = point.K,
                ["threads"] = point.Threads,
                ["queries"] = point.Queries,
            },
            Figures = samples.Select(pair => KeyValuePair.Create(pair.Key, Samples.Median(pair.Value)))
                .Concat(_recall)
                .ToDictionary(),
            Noise = Repeats < 2
                ? new Dictionary<string, double>()
                : samples.ToDictionary(pair => pair.Key, pair => Samples.Spread(pair.Value)),
            Facts = isBatched
                ? [.. facts, "qps is the better of calls with one query (qps_single) and with all (batch_qps)"]
                : facts,
            Repeat = Repeats,
        };
    }

    private void Sample(string name, double value)
    {
        if (!_samples.TryGetValue(name, out var samples))
        {
            _samples.Add(name, samples = []);
        }

        samples.Add(value);
    }
}
