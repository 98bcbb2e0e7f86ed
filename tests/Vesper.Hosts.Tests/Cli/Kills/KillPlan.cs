using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli.Kills;

/// <summary>What a process is doing when it is killed.</summary>
internal enum KillMoment
{
    /// <summary>Starting, taking the lock, recovering from the kill before.</summary>
    Opening,

    /// <summary>Writing batches.</summary>
    Importing,

    /// <summary>All is acknowledged: sealing, merging, indexing, closing.</summary>
    Ending,

    /// <summary>Compacting.</summary>
    Compacting,
}

/// <summary>When to kill: once so many points are acknowledged, and so long after that (or after the start).</summary>
/// <param name="AckedPoints">Points that must be acknowledged before; 0 does not wait for any.</param>
/// <param name="DelayMs">Milliseconds from there.</param>
internal readonly record struct KillPlan(long AckedPoints, double DelayMs)
{
    /// <summary>Kills that a test makes: VESPER_KILLS, or 20.</summary>
    public static int Kills { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("VESPER_KILLS"), CultureInfo.InvariantCulture, out var kills)
            ? kills
            : 20;

    /// <summary>Runs a verb with <c>--json</c> and kills it; it may end before, but then in good order.</summary>
    public async Task<KilledRun> RunAsync(ToolDatabase tool, params string[] arguments)
    {
        var plan = this;
        var clock = Stopwatch.StartNew();
        var times = new AckTimes();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var process = tool.Start(See, [.. arguments, "--json"]);
        var ended = process.EndedAsync();
        if (AckedPoints > 0)
        {
            await Task.WhenAny(reached.Task, ended);
        }

        var from = clock.Elapsed;
        while (clock.Elapsed - from < TimeSpan.FromMilliseconds(DelayMs) && !ended.IsCompleted)
        {
            await Task.Delay(1);
        }

        process.Kill();
        var result = await process.EndAsync();
        Assert.True(result.WasKilled || result.ExitCode == 0, result.ToString());
        return new KilledRun(result, times.Acked, times.FirstMs, clock.Elapsed.TotalMilliseconds)
        {
            EndingMs = clock.Elapsed.TotalMilliseconds - times.LastMs,
        };

        void See(string line)
        {
            if (Acknowledged(line) is { } points)
            {
                times.Add(points, clock.Elapsed.TotalMilliseconds);
                if (points >= plan.AckedPoints)
                {
                    reached.TrySetResult();
                }
            }
        }
    }

    /// <summary>The number of a line <c>{"acked":n}</c>, and null for all others.</summary>
    public static long? Acknowledged(string line) =>
        line.EndsWith('}') && JsonSerializer.Deserialize<JsonElement>(line).TryGetProperty("acked", out var acked)
            ? acked.GetInt64()
            : null;

    /// <summary>When acknowledgements came.</summary>
    private sealed class AckTimes
    {
        public long Acked { get; private set; }

        public double FirstMs { get; private set; }

        public double LastMs { get; private set; }

        public void Add(long points, double atMs)
        {
            FirstMs = FirstMs == 0 ? atMs : FirstMs;
            (Acked, LastMs) = (points, atMs);
        }
    }
}

/// <summary>What a killed process left.</summary>
/// <param name="Result">Its exit code and output.</param>
/// <param name="Acked">The number acknowledged last, or 0.</param>
/// <param name="FirstAckMs">From its start to its first acknowledgement, or 0.</param>
/// <param name="TotalMs">From its start to its end.</param>
internal sealed record KilledRun(ToolResult Result, long Acked, double FirstAckMs, double TotalMs)
{
    /// <summary>Milliseconds from its last acknowledgement to its end.</summary>
    public double EndingMs { get; init; }
}
