using Vesper.Storage.Formats;

namespace Vesper.Storage.Manifest;

/// <summary>One published state of a directory: what the owner wrote, and the data files that belong to it.</summary>
internal sealed record ManifestImage
{
    /// <summary>Rises with each publish.</summary>
    public required long Generation { get; init; }

    /// <summary>The generation that this one replaced, or 0.</summary>
    public required long PreviousGeneration { get; init; }

    /// <summary>The owner's bytes, as given to <see cref="ManifestStore.Publish"/>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The live data files.</summary>
    public required IReadOnlyList<FileReceipt> Files { get; init; }

    /// <summary>The generation for the next publish: above every one in sight, a damaged one included.</summary>
    public required long NextGeneration { get; init; }

    /// <summary>What is wrong with each newer manifest that was passed over; empty when this is the newest.</summary>
    public IReadOnlyList<CorruptDataException> Damage { get; init; } = [];

    /// <summary>The same as text.</summary>
    public IReadOnlyList<string> Skipped => [.. Damage.Select(damage => damage.Message)];

    /// <summary>
    /// Whether a newer manifest exists and is damaged. What only that one said is lost; what the log holds is not.
    /// </summary>
    public bool IsFallback => Damage.Count > 0;
}
