namespace Vesper.Cli;

/// <summary>A collection as <c>list</c> and <c>info</c> show it, also when it could not be opened.</summary>
/// <param name="Name">The name.</param>
/// <param name="Info">State and sizes, or null when it could not be opened.</param>
/// <param name="Opened">What opening found, or null when nothing was reported.</param>
internal sealed record CollectionSummary(string Name, CollectionInfo? Info, CollectionOpenReport? Opened)
{
    /// <summary>The state in lower case; a collection that could not be opened has failed.</summary>
    public string State => (Info?.State ?? CollectionState.Failed).ToString().ToLowerInvariant();

    /// <summary>Why it is not healthy, or null.</summary>
    public string? Reason => Info is null ? Opened?.Failure?.Message : Info.Reason;

    /// <summary>Every collection, in order of name.</summary>
    public static IReadOnlyList<CollectionSummary> OfAll(VesperDatabase database) =>
        [.. database.ListCollections().Select(name => Of(database, name))];

    /// <summary>One collection.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    public static CollectionSummary Of(VesperDatabase database, string name)
    {
        var opened = database.OpenReport.Collections.FirstOrDefault(report => report.Collection == name);
        return opened?.Failure is null
            ? new CollectionSummary(name, database.GetCollection(name).GetInfo(), opened)
            : new CollectionSummary(name, null, opened);
    }

    /// <summary>The vector fields on one line.</summary>
    public static string Fields(CollectionOptions options) =>
        string.Join(", ", options.Vectors.Select(pair => Field(pair.Key, pair.Value)));

    /// <summary>The payload indexes on one line.</summary>
    public static string PayloadIndexes(CollectionOptions options) =>
        string.Join(", ", options.PayloadIndexes.Select(pair => $"{pair.Key}: {NameOf(pair.Value)}"));

    private static string Field(string name, VectorFieldOptions field) =>
        (name.Length == 0 ? "" : name + ": ") + $"{field.Dimensions} dimensions, {NameOf(field.Metric)}, "
        + $"{NameOf(field.Index.Kind)} ({Options(field.Index)})";

    private static string Options(IndexOptions index) => index.Kind == IndexKind.Ivf
        ? $"{(index.Ivf.Lists == 0 ? "auto" : index.Ivf.Lists)} lists, {NameOf(index.Ivf.Encoding)}"
            + $"{(index.Ivf.Bits == 0 ? "" : $" {index.Ivf.Bits} bits")}, nprobe {index.Ivf.Probes}"
        : $"M {index.M}, efConstruction {index.EfConstruction}";

    /// <summary>The word that the command line takes for a value.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
