using System.Diagnostics;

namespace Vesper.Bench.Datasets;

/// <summary>The data sets of the data folder, by name; its README describes them.</summary>
internal static class KnownSets
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan MakingMost = TimeSpan.FromMinutes(20);
    private static readonly string[] Extensions = [".fbin", ".u8bin"];

    private static readonly Dictionary<string, Metric> Metrics = new(StringComparer.Ordinal)
    {
        ["sift-500k"] = Metric.L2,
        ["glove-100"] = Metric.Cosine,
        ["fashion-784"] = Metric.L2,
        ["debdocs"] = Metric.Cosine,
    };

    /// <summary>The sets that engines are compared over unless others are named.</summary>
    public static IReadOnlyList<string> ForComparison { get; } = ["sift-500k", "glove-100", "debdocs"];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Metrics.Keys;

    /// <summary>Finds the files of a set; what comes as a script is made once into the cache.</summary>
    /// <exception cref="DatasetException">The set is missing, or cannot be made.</exception>
    public static async Task<SourceFiles> LocateAsync(
        string name, BenchOptions options, Action<string> say, CancellationToken cancellation)
    {
        var folder = Path.Combine(
            options.DataRoot ?? throw new DatasetException(
                "no folder of data sets: give --data-root DIR or set VESPER_BENCH_DATA"),
            name);
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"there is no folder {folder}");
        }

        var script = Path.Combine(folder, "make.py");
        var vectors = File.Exists(script)
            ? await MakeAsync(name, script, options.Cache, say, cancellation)
            : folder;
        return new SourceFiles(
            name,
            Find(vectors, "base"),
            Find(vectors, "query"),
            Path.Combine(folder, "groundtruth.ibin"),
            Metrics[name]);
    }

    private static string Find(string folder, string stem) =>
        Extensions.Select(extension => Path.Combine(folder, stem + extension)).FirstOrDefault(File.Exists)
        ?? throw new DatasetException($"there is no {stem}{string.Join(" or ", Extensions)} in {folder}");

    private static async Task<string> MakeAsync(
        string name, string script, string cache, Action<string> say, CancellationToken cancellation)
    {
        var made = Path.Combine(cache, "made", name);
        if (Directory.Exists(made))
        {
            return made;
        }

        say($"{name}: making it by {script}, once; this takes minutes and fetches from npm");
        var temporary = $"{made}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            await RunAsync(script, temporary, cancellation);
            Directory.Move(temporary, made);
            return made;
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static async Task RunAsync(string script, string folder, CancellationToken cancellation)
    {
        if (!File.Exists(Python))
        {
            throw new DatasetException($"cannot be made: {script} needs {Python} with numpy");
        }

        using var process = Process.Start(new ProcessStartInfo(Python, [script, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MakingMost);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DatasetException($"cannot be made: {script} took longer than {MakingMost.TotalMinutes} minutes");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        await output;
        if (process.ExitCode != 0)
        {
            var last = (await errors).TrimEnd().Split('\n')[^1].Trim();
            throw new DatasetException($"cannot be made: {script} ended with {process.ExitCode}: {last}");
        }
    }
}
