using System.Buffers;

namespace Vesper.Storage.Formats;

/// <summary>Names of immutable data files: 32 lower-case hexadecimal digits and an extension by kind.</summary>
internal static class DataFileNames
{
    /// <summary>What is appended to a name while the file is being made.</summary>
    public const string UnfinishedSuffix = ".tmp";

    /// <summary>Characters of a name.</summary>
    public const int Length = IdDigits + 4;

    private const int IdDigits = 32;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The name of a data file.</summary>
    public static string For(FileKind kind, Guid id) => id.ToString("N") + Extension(kind);

    /// <summary>
    /// Whether a name is one of a data file: nothing else is ever opened or deleted by a manifest's word.
    /// </summary>
    public static bool IsValid(string name) =>
        name.Length == Length && IsHex(name.AsSpan(0, IdDigits)) && name[IdDigits..] is ".seg" or ".tmb" or ".ovl";

    /// <summary>Whether all characters are lower-case hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    private static string Extension(FileKind kind) => kind switch
    {
        FileKind.Segment => ".seg",
        FileKind.Tombstones => ".tmb",
        FileKind.PayloadOverlay => ".ovl",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of data file."),
    };
}
