namespace Vesper.Tests.Storage.Files;

/// <summary>What was asked of a file system.</summary>
internal enum FileOperationKind
{
    Create,
    OpenRead,
    Read,
    Write,
    SetLength,
    Sync,
    Rename,
    Delete,
    CreateDirectory,
    DeleteDirectory,
    SyncDirectory,
    Lock,

    /// <summary>Put in by the test itself: an acknowledgement, a phase.</summary>
    Mark,
}

/// <summary>One operation, numbered from 1 in the order of completion.</summary>
/// <param name="Path">The file or directory; of a rename the old name; of a mark its text.</param>
/// <param name="Target">Of a rename the new name.</param>
/// <param name="Offset">Of reads and writes.</param>
/// <param name="Length">Bytes read or written; the new length for <see cref="FileOperationKind.SetLength"/>.</param>
internal sealed record FileOperation(
    FileOperationKind Kind, string Path, string? Target = null, long Offset = 0, long Length = 0)
{
    public long Sequence { get; init; }

    /// <summary>Without the directory.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether it changes what a crash leaves behind.</summary>
    public bool IsChange => Kind is not (FileOperationKind.OpenRead or FileOperationKind.Read
        or FileOperationKind.Lock or FileOperationKind.Mark);

    public override string ToString() =>
        $"{Sequence} {Kind} {Name}{(Target is null ? "" : " -> " + Target)} @{Offset}+{Length}";
}
