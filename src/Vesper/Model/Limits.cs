using System.Text.RegularExpressions;

namespace Vesper;

/// <summary>Every fixed limit, in one place; docs/guide/limits.md says which error exceeding each gives.</summary>
public static partial class Limits
{
    /// <summary>Dimensions of a vector field.</summary>
    public const int Dimensions = 65_536;

    /// <summary>Vector fields of a collection.</summary>
    public const int VectorFields = 64;

    /// <summary>Bytes of a payload's JSON text.</summary>
    public const int PayloadBytes = 1 << 20;

    /// <summary>Nesting depth of a payload.</summary>
    public const int PayloadDepth = 64;

    /// <summary>Points, or ids, in one batch.</summary>
    public const int BatchPoints = 100_000;

    /// <summary>Bytes of one batch as it is logged.</summary>
    public const long BatchBytes = 256L << 20;

    /// <summary>Nodes of a filter.</summary>
    public const int FilterNodes = 1_024;

    /// <summary>Nesting depth of a filter.</summary>
    public const int FilterDepth = 32;

    /// <summary>Values, or ids, that one condition of a filter compares with.</summary>
    public const int FilterValues = 100_000;

    /// <summary><c>Offset + Limit</c> of a search.</summary>
    public const int SearchWindow = 65_536;

    /// <summary>Payload indexes of a collection.</summary>
    public const int PayloadIndexes = 256;

    /// <summary>UTF-8 bytes of a payload path.</summary>
    public const int PathBytes = 512;

    /// <summary>Characters of the name of a collection or vector field.</summary>
    public const int NameLength = 128;

    /// <summary>
    /// Throws unless the name is one for a collection or field: <c>^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$</c>.
    /// </summary>
    /// <exception cref="SchemaException">The name does not match.</exception>
    /// <exception cref="LimitExceededException">It is longer than 128 characters.</exception>
    public static void RequireName(string field, string name)
    {
        LimitExceededException.ThrowIfAbove($"{field}: name", name?.Length ?? 0, NameLength, "characters");
        if (name is null || !Name().IsMatch(name))
        {
            throw new SchemaException(
                field,
                $"'{name}' is not a name: 1 to 128 letters, digits, '_', '.' or '-', the first a letter or digit");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
