using Vesper.Bench.Measuring;

namespace Vesper.Bench.Experiments.Mixed;

/// <summary>What happened in one window of time. Every thread has its own and they are merged afterwards.</summary>
internal sealed class MixedWindow
{
    /// <summary>Searches.</summary>
    public LatencySamples Searches { get; } = new();

    /// <summary>Writes, from the call to the acknowledgement.</summary>
    public LatencySamples Writes { get; } = new();

    /// <summary>Points inserted and deleted.</summary>
    public long PointsWritten { get; set; }

    /// <summary>Sum of the sampled searches' recall.</summary>
    public double RecallSum { get; set; }

    /// <summary>Searches whose recall was looked at.</summary>
    public int RecallSamples { get; set; }

    /// <summary>Takes in what another thread did.</summary>
    public void Add(MixedWindow other)
    {
        Searches.Add(other.Searches);
        Writes.Add(other.Writes);
        PointsWritten += other.PointsWritten;
        RecallSum += other.RecallSum;
        RecallSamples += other.RecallSamples;
    }

    /// <summary>As figures of a measurement.</summary>
    public IReadOnlyDictionary<string, double> Figures(MixedPlan plan)
    {
        var seconds = plan.Window.TotalSeconds;
        var figures = new Dictionary<string, double>
        {
            ["qps"] = Searches.Count / seconds,
            ["p50_ms"] = Searches.PercentileMs(0.5),
            ["p99_ms"] = Searches.PercentileMs(0.99),
        };
        if (RecallSamples > 0)
        {
            figures[$"recall_{plan.K}"] = RecallSum / RecallSamples;
            figures["recall_samples"] = RecallSamples;
        }

        if (Writes.Count > 0)
        {
            figures["points_written_per_s"] = PointsWritten / seconds;
            figures["writes_per_s"] = Writes.Count / seconds;
            figures["write_p50_ms"] = Writes.PercentileMs(0.5);
            figures["write_p99_ms"] = Writes.PercentileMs(0.99);
        }

        return figures;
    }
}
