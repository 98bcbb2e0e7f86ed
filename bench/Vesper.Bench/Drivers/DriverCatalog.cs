using Vesper.Bench.Measuring;

namespace Vesper.Bench.Drivers;

/// <summary>Finds drivers: Vesper's own is this program, those of peers lie in <c>bench/peers</c>.</summary>
internal static class DriverCatalog
{
    /// <summary>This project's own engine.</summary>
    public const string Vesper = "vesper";

    /// <summary>A folder of peers elsewhere.</summary>
    public const string PeersVariable = "VESPER_BENCH_PEERS";

    /// <summary>The Python whose FAISS the driver takes.</summary>
    public const string FaissPythonVariable = "FAISS_PYTHON";

    // Threads come with each command; what is set here for the shell must not favour or hold back one engine.
    private static readonly string[] Pinned =
    [
        "OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY", "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS", "VESPER_KERNEL", "DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_ReadyToRun",
        "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic", "DOTNET_gcServer",
    ];

    /// <summary>The peers there are drivers for.</summary>
    public static IReadOnlyList<string> Peers { get; } = ["hnswlib", "faiss", "usearch", "lancedb", "sqlite-vec"];

    /// <summary>How to start the driver of an engine.</summary>
    /// <exception cref="DriverException">There is none.</exception>
    public static DriverSpec Find(string engine, BenchOptions options)
    {
        var environment = Pinned.ToDictionary(name => name, _ => (string?)null);
        if (engine == Vesper)
        {
            return Own(environment);
        }

        if (engine == "faiss" && options.FaissPython is not null)
        {
            environment[FaissPythonVariable] = options.FaissPython;
        }

        var run = Path.Combine(PeersFolder(), engine, "run");
        return File.Exists(run)
            ? new DriverSpec(engine, run, [], environment)
            : throw new DriverException($"there is no driver {run}") { IsNotSetUp = true };
    }

    private static DriverSpec Own(Dictionary<string, string?> environment)
    {
        var library = typeof(DriverCatalog).Assembly.Location;
        var executable = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable)
            ? new DriverSpec(Vesper, executable, ["driver"], environment)
            : new DriverSpec(Vesper, "dotnet", [library, "driver"], environment);
    }

    private static string PeersFolder() =>
        Environment.GetEnvironmentVariable(PeersVariable) is { Length: > 0 } elsewhere
            ? Path.GetFullPath(elsewhere)
            : Machine.FindRepository() is { } repository
                ? Path.Combine(repository, "bench", "peers")
                : throw new DriverException("the repository with bench/peers was not found") { IsNotSetUp = true };
}
