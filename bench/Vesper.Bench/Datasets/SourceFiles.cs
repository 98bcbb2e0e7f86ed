namespace Vesper.Bench.Datasets;

/// <summary>A data set as it was found, before it is prepared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Base">Base vectors, in any format that is read.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Truth">The nearest of each query in the whole base, or null.</param>
/// <param name="Metric">How nearness is measured.</param>
internal sealed record SourceFiles(string Name, string Base, string Queries, string? Truth, Metric Metric);
