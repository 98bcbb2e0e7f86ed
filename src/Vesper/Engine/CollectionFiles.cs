using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;
using Vesper.Storage.Wal;

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
            || WalFormat.IsOurs(name);
    }
}
