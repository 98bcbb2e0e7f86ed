namespace Vesper.Cli.Queries;

/// <summary>One query of a run.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Vector">The vector.</param>
internal readonly record struct IndexedQuery(long Index, float[] Vector);
