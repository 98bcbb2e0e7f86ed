using Vesper.Storage.Files;

namespace Vesper.Engine;

/// <summary>What every collection of an open database shares.</summary>
internal sealed record EngineContext
{
    public required IFileSystem Files { get; init; }

    public required Guid DatabaseId { get; init; }

    /// <summary>Rises with each owner; log segments carry it.</summary>
    public required uint Epoch { get; init; }

    public required VesperOptions Options { get; init; }

    public required MemoryScope Scope { get; init; }

    /// <summary>Throws when another owner has taken the directory; called before every publish.</summary>
    public required Action VerifyOwner { get; init; }

    /// <summary>Space for what must get through on a full disk.</summary>
    public required DiskReserve Reserve { get; init; }

    public int Threads => Options.BackgroundThreads > 0 ? Options.BackgroundThreads : Environment.ProcessorCount;

    public long DiskHeadroomBytes => HeadroomOf(Options);

    public static long HeadroomOf(VesperOptions options) =>
        options.DiskHeadroomBytes >= 0 ? options.DiskHeadroomBytes : Math.Max(64L << 20, options.LogSegmentBytes);
}
