using System.Globalization;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Manifest;

/// <summary>
/// Which names in a directory are whose: manifests, data files, leftovers of both, and everything else.
/// </summary>
internal static class ManifestNames
{
    private const string Prefix = "MANIFEST-";
    private const string LogPrefix = "wal-";
    private const int GenerationDigits = 16;

    /// <summary>The name of a generation's manifest.</summary>
    public static string For(long generation) => Prefix + generation.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The generation in a manifest's name; false for every other name.</summary>
    public static bool TryParse(string name, out long generation)
    {
        generation = 0;
        return name.Length == Prefix.Length + GenerationDigits
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && DataFileNames.IsHex(name.AsSpan(Prefix.Length))
            && TryParseHex(name.AsSpan(Prefix.Length), out generation)
            && generation > 0;
    }

    /// <summary>
    /// Whether the name is a file that was being made: no manifest lists it and its content is worthless.
    /// </summary>
    public static bool IsUnfinished(string name) =>
        name.EndsWith(DataFileNames.UnfinishedSuffix, StringComparison.Ordinal)
        && name[..^DataFileNames.UnfinishedSuffix.Length] is var whole
        && (TryParse(whole, out _) || DataFileNames.IsValid(whole));

    /// <summary>
    /// Whether the name shows that data was here: such a directory without a manifest is damaged, not new.
    /// </summary>
    public static bool IsEvidence(string name) =>
        DataFileNames.IsValid(name) || name.StartsWith(LogPrefix, StringComparison.Ordinal);

    private static bool TryParseHex(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
