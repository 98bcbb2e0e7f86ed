using Spectre.Console;
using Vesper.Bench.Limits;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary>
/// The machine's own ceilings: memory, arithmetic, disk. Each figure is the best of some passes, as other work on the
/// machine only lowers it; the median over the repeats is reported.
/// </summary>
internal sealed class LimitsExperiment : IExperiment
{
    private const double Giga = 1e9;

    /// <inheritdoc/>
    public string Name => "limits";

    /// <inheritdoc/>
    public string Description => "this machine's ceilings: memory bandwidth and latency, arithmetic, disk, syncs";

    /// <inheritdoc/>
    public Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var directory = session.NewWorkDirectory(Name);
        try
        {
            Run(session, directory, cancellation);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return Task.CompletedTask;
    }

    private void Run(BenchSession session, string directory, CancellationToken cancellation)
    {
        var quick = session.Options.Smoke;
        var repeats = quick ? 1 : session.Options.Repeat;
        var ceilings = InMemory(session.ThreadCounts, quick, session.Options.Seed).ToList();
        using var disk = SystemCalls.AreSupported ? new DiskProbe(directory, quick ? 64 : 1024) : null;
        if (disk is not null)
        {
            ceilings.AddRange(OnDisk(disk, directory, quick, session.Options.Seed));
        }
        else
        {
            session.Skip(Name, "machine", "disk", "the disk is asked by calls of Linux alone");
        }

        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            foreach (var ceiling in ceilings)
            {
                cancellation.ThrowIfCancellationRequested();
                ceiling.Repeats.Add(ceiling.Measure());
                if (repeat == repeats)
                {
                    Write(session, ceiling);
                }
            }
        }

        Show(session.Console, ceilings);
    }

    private static IEnumerable<Ceiling> InMemory(IReadOnlyList<int> threadCounts, bool quick, int seed)
    {
        foreach (var threads in threadCounts)
        {
            yield return new Ceiling("memory", Parameter("threads", threads), () => Bandwidth(threads, quick))
            {
                Facts =
                [
                    "each thread has its own arrays, much larger than the last cache",
                    "triad counts three arrays, as STREAM does: lines read before they are written are not counted",
                ],
            };
        }

        foreach (var threads in threadCounts)
        {
            yield return new Ceiling(
                "fma float32",
                Parameter("threads", threads),
                () => Figure("gflop_per_s", FmaProbe.Flops(threads, quick) / Giga))
            {
                Facts = [$"{FmaProbe.WidthBits}-bit vectors, two operations a fused multiply-add"],
            };
        }

        yield return new Ceiling("dependent load", [], () => Figure("load_ns", LoadLatencyProbe.LoadNs(quick, seed)))
        {
            Facts = ["one random cycle over cache lines of an array much larger than the last cache"],
        };
        yield return new Ceiling("crc-32c", Parameter("threads", 1), () => new Dictionary<string, double>
        {
            ["one_stream_gb_per_s"] = ChecksumProbe.OneStreamBytesPerSecond(quick) / Giga,
            ["three_streams_gb_per_s"] = ChecksumProbe.ThreeStreamsBytesPerSecond(quick) / Giga,
        });
    }

    private static IEnumerable<Ceiling> OnDisk(DiskProbe disk, string directory, bool quick, int seed)
    {
        var reads = quick ? 500 : 4_000;
        var readers = quick ? 16 : 32;
        var appends = quick ? 50 : 300;
        var random = new Random(seed);
        yield return new Ceiling(
            "random read 4 KiB", Parameter("depth", 1), () => Latency(disk.RandomReads(reads, random.Next()), "read"))
        {
            Facts = [disk.CacheFact],
        };
        yield return new Ceiling(
            "random read 4 KiB",
            Parameter("depth", readers),
            () => Figure("reads_per_s", disk.RandomReadsPerSecond(readers, reads, random.Next())))
        {
            Facts = [disk.CacheFact, "each of the threads has one read under way"],
        };
        yield return new Ceiling("sequential", Parameter("depth", DiskProbe.StreamThreads), () => Streams(disk))
        {
            Facts = [disk.CacheFact, "blocks of 1 MiB; writes go over allocated space and are made durable"],
        };
        yield return new Ceiling(
            "fsync after 4 KiB", [], () => Latency(SyncProbe.Measure(directory, appends, isDataOnly: false), "fsync"));
        yield return new Ceiling(
            "fdatasync after 4 KiB",
            [],
            () => Latency(SyncProbe.Measure(directory, appends, isDataOnly: true), "fdatasync"))
        {
            Facts = ["what the engine's log waits for"],
        };
    }

    private static Dictionary<string, double> Bandwidth(int threads, bool quick)
    {
        using var probe = new BandwidthProbe(threads, quick);
        return new Dictionary<string, double>
        {
            ["read_gb_per_s"] = probe.ReadBytesPerSecond() / Giga,
            ["triad_gb_per_s"] = probe.TriadBytesPerSecond() / Giga,
        };
    }

    private static Dictionary<string, double> Streams(DiskProbe disk) => new()
    {
        ["read_gb_per_s"] = disk.SequentialReadBytesPerSecond() / Giga,
        ["write_gb_per_s"] = disk.SequentialWriteBytesPerSecond() / Giga,
    };

    private static Dictionary<string, double> Latency(LatencySamples samples, string what) => new()
    {
        [$"{what}_p50_ms"] = samples.PercentileMs(0.5),
        [$"{what}_p99_ms"] = samples.PercentileMs(0.99),
    };

    private static Dictionary<string, double> Figure(string name, double value) => new() { [name] = value };

    private static Dictionary<string, object> Parameter(string name, object value) => new() { [name] = value };

    private void Write(BenchSession session, Ceiling ceiling) => session.Results.Write(new Measurement
    {
        Experiment = Name,
        Engine = "machine",
        Variant = ceiling.Variant,
        Parameters = ceiling.Parameters,
        Figures = ceiling.Repeats.Medians(),
        Noise = ceiling.Repeats.Noise(),
        Facts = ceiling.Facts,
        Repeat = ceiling.Repeats.Repeats,
        Seed = session.Options.Seed,
    });

    private static void Show(IAnsiConsole console, IReadOnlyList<Ceiling> ceilings)
    {
        var table = Tables.Make("limit", "at", "figure", ">value", ">noise");
        table.Title("Limits of this machine");
        foreach (var ceiling in ceilings)
        {
            foreach (var (name, value) in ceiling.Repeats.Medians())
            {
                table.Add(
                    ceiling.Variant,
                    string.Join(' ', ceiling.Parameters.Select(pair => $"{pair.Key} {pair.Value}")),
                    name,
                    Shown.Number(value, value < 1 ? 4 : value < 1_000 ? 1 : 0),
                    ceiling.Repeats.NoiseText(name));
            }
        }

        console.Write(table);
    }

    /// <summary>One thing to measure, and what it gave so far.</summary>
    private sealed record Ceiling(
        string Variant, Dictionary<string, object> Parameters, Func<IReadOnlyDictionary<string, double>> Measure)
    {
        public RepeatedFigures Repeats { get; } = new();

        public IReadOnlyList<string> Facts { get; init; } = [];
    }
}
