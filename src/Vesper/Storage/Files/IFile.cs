namespace Vesper.Storage.Files;

/// <summary>One open file. Positional reads and writes; safe for concurrent reads.</summary>
internal interface IFile : IDisposable
{
    /// <summary>The path it was opened with, for messages.</summary>
    string Path { get; }

    /// <summary>Bytes now.</summary>
    long Length { get; }

    /// <summary>
    /// Reads up to the span's length at an offset, looping over short reads; returns fewer bytes only at the end of the
    /// file.
    /// </summary>
    int ReadAt(Span<byte> into, long offset);

    /// <summary>Writes all bytes at an offset.</summary>
    void WriteAt(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Makes the content durable (fdatasync or stronger). A failure is final: it is never retried.</summary>
    void Sync();
}
