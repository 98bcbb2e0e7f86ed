using Vesper.Cli.Evaluation;

namespace Vesper.Bench.Drivers;

/// <summary>The measured loop of every driver, as <c>bench/peers/README.md</c> defines it.</summary>
internal static class DriverTiming
{
    /// <summary>The plan for a measuring time.</summary>
    public static TimingPlan Plan(double seconds) => new()
    {
        WarmUpSearches = 200,
        WarmUpTime = TimeSpan.FromSeconds(0.3),
        WarmUpMost = TimeSpan.FromSeconds(1),
        LeastTime = TimeSpan.FromSeconds(seconds),
        MostPasses = 20,
    };
}
