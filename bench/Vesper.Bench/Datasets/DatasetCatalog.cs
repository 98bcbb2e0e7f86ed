namespace Vesper.Bench.Datasets;

/// <summary>Finds, prepares and opens data sets.</summary>
internal static class DatasetCatalog
{
    /// <summary>See <see cref="BenchSession.OpenDatasetsAsync"/>.</summary>
    public static IAsyncEnumerable<Dataset> OpenAsync(
        BenchSession session, string experiment, IReadOnlyList<string> defaults, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
