using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Vesper.Micro;

/// <summary>Runs every benchmark once in this process: does each work? Its times mean nothing.</summary>
internal static class SmokeRun
{
    /// <summary>Whether all of a summary's benchmarks ran.</summary>
    public static bool IsGood(Summary summary) =>
        !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success);

    /// <summary>Runs; the exit code is 0 when all succeeded.</summary>
    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("vesper-micro-").FullName;
        try
        {
            var log = new AccumulationLogger();
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(SmokeRun).Assembly)
                .RunAll(MakeConfig(log, folder))
                .ToList();
            var reports = summaries.SelectMany(summary => summary.Reports).ToList();
            var failed = reports.Where(report => !report.Success).ToList();
            foreach (var report in failed)
            {
                Console.WriteLine($"failed: {report.BenchmarkCase.DisplayInfo}");
            }

            var isGood = reports.Count > 0 && summaries.TrueForAll(IsGood);
            if (!isGood)
            {
                Console.WriteLine(log.GetLog());
            }

            Console.WriteLine($"{reports.Count} benchmarks ran once, {failed.Count} failed");
            return isGood ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ManualConfig MakeConfig(AccumulationLogger log, string folder) => ManualConfig.CreateEmpty()
        .AddJob(Job.Dry.WithToolchain(InProcessNoEmitToolchain.Instance))
        .AddFilter(new SimpleFilter(MicroConfig.IsInHardware))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(log)
        .WithArtifactsPath(folder);
}
