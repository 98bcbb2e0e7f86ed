using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;

namespace Vesper.Engine;

/// <summary>Which names in a collection's directory are the engine's own.</summary>
internal static class CollectionFiles
{
    /// <summary>Whether dropping the collection deletes a file of this name.</summary>
    public static bool IsOurs(string name)
    {
        var finished = name.EndsWith(DataFileNames.UnfinishedSuffix, StringComparison.Ordinal)
            ? name[..^DataFileNames.UnfinishedSuffix.Length]
            : name;
        return DataFileNames.IsValid(finished)
            || ManifestNames.TryParse(finished, out _)
            || finished.StartsWith("wal-", StringComparison.Ordinal)
            || finished.StartsWith("wal.cut-", StringComparison.Ordinal);
    }
}
