using System.Globalization;
using System.Text.Json;
using Vesper.Indexing;
using Vesper.Numerics.Execution;

namespace Vesper;

/// <summary>How exchange files are written and read. What is not set follows the process's environment.</summary>
public sealed record IvfPqFileOptions
{
    /// <summary>"0" writes version 1.0, "1" and unset version 1.1.</summary>
    public const string SaveV11Variable = "VESPER_IVFPQ_SAVE_V11";

    /// <summary>1 to 3 asks for Zstandard; unset and 0 for none.</summary>
    public const string ZstdLevelVariable = "VESPER_IVFPQ_ZSTD_LEVEL";

    /// <summary>"1" asks for memory-mapped loading; "0" and unset for reads.</summary>
    public const string LoadMmapVariable = "VESPER_IVFPQ_LOAD_MMAP";

    private const int ZstdLevelMax = 3;

    /// <summary>Whether version 1.1 is written, not 1.0, which has no metadata.</summary>
    public bool? SaveV11 { get; init; }

    /// <summary>
    /// Zstandard level, 0 for none. The format keeps a compressed section only where it is smaller, and this build has
    /// no compressor: whatever the level, sections are raw.
    /// </summary>
    public int? ZstdLevel { get; init; }

    /// <summary>
    /// Whether files are mapped instead of read. Refused when true: a mapped page past an end that somebody else has
    /// cut kills the process, and no check of the file beforehand helps.
    /// </summary>
    public bool? LoadMmap { get; init; }

    /// <summary>Says what is wrong with the metadata of a file, saved or loaded; null accepts.</summary>
    public Func<JsonElement, string?>? AcceptMetadata { get; init; }

    /// <summary>Hashing runs beside reading and writing where this allows it.</summary>
    internal IExecutor Executor { get; init; } = new ThreadExecutor(2);

    /// <summary>These options with everything set, and checked.</summary>
    /// <param name="environment">Gives a variable of the environment, or null.</param>
    /// <exception cref="SchemaException">A switch has a value that it cannot have.</exception>
    /// <exception cref="NotSupportedException">Mapping is asked for.</exception>
    internal IvfPqFileOptions Resolve(Func<string, string?> environment)
    {
        IvfPqFileOptions resolved = this with
        {
            SaveV11 = SaveV11 ?? Number(environment, SaveV11Variable, 1, 1) == 1,
            ZstdLevel = ZstdLevel ?? Number(environment, ZstdLevelVariable, ZstdLevelMax, 0),
            LoadMmap = LoadMmap ?? Number(environment, LoadMmapVariable, 1, 0) == 1,
        };
        if (resolved.ZstdLevel is < 0 or > ZstdLevelMax)
        {
            throw new SchemaException(nameof(ZstdLevel), $"must be 0 to {ZstdLevelMax}, not {resolved.ZstdLevel}");
        }

        return resolved.LoadMmap != true
            ? resolved
            : throw new NotSupportedException(
                $"Exchange files are not mapped ({nameof(LoadMmap)}, {LoadMmapVariable}): a page past an end that "
                + "another process cuts would kill this one. They are read with positional reads.");
    }

    /// <summary>The same, with the environment of the process.</summary>
    internal IvfPqFileOptions Resolve() => Resolve(Environment.GetEnvironmentVariable);

    private static int Number(Func<string, string?> environment, string name, int max, int unset)
    {
        string? text = environment(name);
        if (string.IsNullOrEmpty(text))
        {
            return unset;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= max
            ? value
            : throw new SchemaException(name, $"must be 0 to {max}, not '{text}'");
    }
}
