using System.Runtime.CompilerServices;

namespace Vesper.Bench.Datasets;

/// <summary>Finds, prepares and opens data sets.</summary>
internal static class DatasetCatalog
{
    /// <summary>The names that <c>--dataset</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. KnownSets.Names, .. SyntheticSets.Names];

    /// <summary>See <see cref="BenchSession.OpenDatasetsAsync"/>.</summary>
    public static async IAsyncEnumerable<Dataset> OpenAsync(
        BenchSession session, string experiment, IReadOnlyList<string> defaults,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = session.Options;
        var names = options.BaseFile is not null ? [Path.GetFileNameWithoutExtension(options.BaseFile)]
            : options.Datasets.Count > 0 ? options.Datasets
            : defaults;
        foreach (var name in names)
        {
            if (await TryOpenAsync(session, experiment, name, cancellation) is { } dataset)
            {
                yield return dataset;
            }
        }
    }

    private static async Task<Dataset?> TryOpenAsync(
        BenchSession session, string experiment, string name, CancellationToken cancellation)
    {
        try
        {
            var files = await LocateAsync(session, name, cancellation);
            return await Task.Run(
                () => new DatasetPreparation(session.Options, session.Say).Prepare(files, cancellation), cancellation);
        }
        catch (Exception error) when (error is DatasetException or VesperException or IOException
            or UnauthorizedAccessException)
        {
            session.Skip(experiment, "data", name, error.Message);
            return null;
        }
    }

    private static async Task<SourceFiles> LocateAsync(
        BenchSession session, string name, CancellationToken cancellation)
    {
        var options = session.Options;
        if (options.BaseFile is not null)
        {
            return new SourceFiles(name, options.BaseFile, options.QueryFile!, options.TruthFile, options.Metric);
        }

        return SyntheticSets.Names.Contains(name)
            ? SyntheticSets.Make(
                name,
                Path.Combine(options.Cache, "synthetic"),
                options.Limit ?? SyntheticSets.DefaultRows,
                options.Seed)
            : await KnownSets.LocateAsync(name, options, session.Say, cancellation);
    }
}
