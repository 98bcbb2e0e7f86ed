using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Cli.Files;
using Vesper.Cli.Terminal;
using Vesper.Numerics.Clustering;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Bench.Experiments;

/// <summary>
/// <c>add</c>: how fast rows find their list, by each assigner against brute force over the same centroids, in turns;
/// and whether all of them find the same one.
/// </summary>
internal sealed class AddExperiment : IExperiment
{
    private const int TrainingRowsPerList = 64;
    private const int Iterations = 10;
    private static readonly int[] ListCounts = [1_024, 4_096];
    private static readonly int[] SmokeListCounts = [16];

    private static readonly CoarseAssigner[] Kinds =
    [
        CoarseAssigner.Brute,
        CoarseAssigner.Auto,
        CoarseAssigner.Screen,
        CoarseAssigner.Projection,
        CoarseAssigner.KDTree,
    ];

    /// <inheritdoc/>
    public string Name => "add";

    /// <inheritdoc/>
    public string Description => "Assignment of rows to lists, by each exact method against brute force";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        await foreach (var dataset in session.OpenDatasetsAsync(Name, KnownSets.ForComparison, cancellation))
        {
            var scope = new MemoryScope("add");
            using var rows = ReadRows(dataset, scope);
            foreach (var lists in session.Options.Smoke ? SmokeListCounts : ListCounts)
            {
                Measure(session, dataset, (rows, lists), scope, cancellation);
            }
        }
    }

    private static RowMatrix<float> ReadRows(Dataset dataset, MemoryScope scope)
    {
        var rows = new RowMatrix<float>(dataset.Dimensions, scope);
        using var file = RowFile.OpenVectors(dataset.BasePath);
        var row = new float[dataset.Dimensions];
        for (var i = 0; i < dataset.Rows; i++)
        {
            file.Read(row.AsSpan());
            rows.Append(row);
        }

        return rows;
    }

    private void Measure(
        BenchSession session, Dataset dataset, (RowMatrix<float> Rows, int Lists) of, MemoryScope scope,
        CancellationToken cancellation)
    {
        using var sample = RowSample.Take(
            of.Rows, dataset.Dimensions, TrainingRowsPerList * of.Lists, (ulong)session.Options.Seed, scope);
        session.Say($"  {dataset.Name}: training {of.Lists:N0} centroids on {sample.Count:N0} rows");
        using var trained = KMeans.Train(
            sample,
            dataset.Dimensions,
            of.Lists,
            new KMeansOptions { Iterations = Iterations, Seed = (ulong)session.Options.Seed },
            new KMeansContext(scope, SerialExecutor.Instance, Cancellation: cancellation));
        var assigners = Kinds.ToDictionary(
            kind => kind,
            kind => AutoAssigner.Make(kind, trained.Centroids, dataset.Dimensions, sample, scope));
        try
        {
            Run(session, dataset, (of.Rows, trained.Centroids), assigners, cancellation);
        }
        finally
        {
            foreach (var assigner in assigners.Values)
            {
                assigner.Dispose();
            }
        }
    }

    private void Run(
        BenchSession session, Dataset dataset, (RowMatrix<float> Rows, RowMatrix<float> Centroids) data,
        Dictionary<CoarseAssigner, IAssigner> assigners, CancellationToken cancellation)
    {
        var truth = new int[data.Rows.Count];
        var (nearest, distances) = (new int[data.Rows.Count], new float[data.Rows.Count]);
        var samples = new FigureSamples<CoarseAssigner>();

        // One round more than is counted: the first compiles.
        for (var round = 0; round <= session.Options.Repeat; round++)
        {
            foreach (var kind in Kinds)
            {
                var run = new AssignmentRun(assigners[kind], data.Centroids, new AssignmentOptions());
                var report = run.Assign(data.Rows, nearest, distances, SerialExecutor.Instance, cancellation);
                if (kind == CoarseAssigner.Brute)
                {
                    nearest.CopyTo(truth, 0);
                }

                var mismatches = nearest.Zip(truth).Count(pair => pair.First != pair.Second);
                if (round > 0)
                {
                    samples.Add(kind, FiguresOf(report, mismatches), [Describe(assigners[kind])]);
                }
            }
        }

        Write(session, dataset, data.Centroids.Count, samples);
    }

    private static Dictionary<string, double> FiguresOf(AssignmentReport report, int mismatches) => new()
    {
        ["rows_per_s"] = report.Assignments / Math.Max(report.TimeInAssign.TotalSeconds, 1e-9),
        ["assignments"] = report.Assignments,
        ["validated"] = report.Assignments,
        ["mismatches"] = mismatches,
        ["distances_per_row"] = (double)report.DistancesComputed / report.Assignments,
        ["pruned_per_row"] = (double)report.Pruned / report.Assignments,
    };

    private static string Describe(IAssigner assigner) => assigner is ScreenAssigner screen
        ? $"screens by {screen.Columns} of {screen.Dimensions} columns"
        : assigner.GetType().Name;

    private void Write(
        BenchSession session, Dataset dataset, int lists, FigureSamples<CoarseAssigner> samples)
    {
        var brute = samples.All.First().Samples.ToMeasurement(Name, DriverCatalog.Vesper).Figures["rows_per_s"];
        var table = Tables.Make(
            "assigner", "how", ">rows/s", ">±", ">against brute", ">distances/row", ">pruned/row", ">mismatches");
        foreach (var (kind, figures) in samples.All)
        {
            var measured = figures.ToMeasurement(Name, DriverCatalog.Vesper);
            var all = new Dictionary<string, double>(measured.Figures)
            {
                ["ratio_to_brute"] = measured.Figures["rows_per_s"] / brute,
            };
            session.Results.Write(measured with
            {
                Dataset = dataset.Facts,
                Variant = $"{kind}".ToLowerInvariant(),
                Seed = session.Options.Seed,
                Figures = all,
                Parameters = new Dictionary<string, object> { ["nlist"] = lists, ["threads"] = 1 },
            });
            table.Add(
                $"{kind}".ToLowerInvariant(),
                measured.Facts[0],
                Shown.Number(all["rows_per_s"]),
                measured.Noise.TryGetValue("rows_per_s", out var spread) ? Shown.Number(spread * 100, 1) + " %" : "",
                Shown.Number(all["ratio_to_brute"], 2) + "×",
                Shown.Number(all["distances_per_row"], 1),
                Shown.Number(all["pruned_per_row"], 1),
                Shown.Number(all["mismatches"]));
        }

        session.Console.Line($"{dataset.Name}, {lists:N0} lists, one thread");
        session.Console.Write(table);
    }
}
