using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Formats;

/// <summary>
/// Writes one immutable file: header, sections, footer. Nothing is valid until <see cref="Finish"/> has synced it.
/// </summary>
internal sealed class SectionFileWriter : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly IFileSystem _files;
    private readonly IFile _file;
    private readonly FileHeader _header;
    private readonly uint _headerChecksum;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly List<SectionEntry> _sections = [];
    private readonly HashSet<SectionKey> _keys = [];
    private readonly List<uint> _blockChecksums = [];

    private int _buffered;
    private long _written;
    private SectionKey? _open;
    private long _sectionStart;
    private int _firstBlock;
    private uint _blockChecksum;
    private bool _finished;
    private bool _broken;

    private SectionFileWriter(IFileSystem files, string path, FileHeader header)
    {
        _files = files;
        _header = header;
        _file = files.Create(path);
        Span<byte> bytes = stackalloc byte[FileLayout.HeaderBytes];
        _headerChecksum = header.Write(bytes);
        Append(bytes);
    }

    /// <summary>Starts a new file; fails when it exists.</summary>
    public static SectionFileWriter Create(IFileSystem files, string path, FileKind kind, ushort version)
    {
        ArgumentOutOfRangeException.ThrowIfZero(version);
        return new SectionFileWriter(files, path, new FileHeader(kind, version, Guid.NewGuid()));
    }

    /// <summary>Bytes in the open section so far.</summary>
    public long SectionLength => _open is null ? 0 : Position - _sectionStart;

    private long Position => _written + _buffered;

    /// <summary>Starts a section on a 64-byte boundary; the one before must be ended.</summary>
    public void Begin(SectionKey key)
    {
        if (_finished || _open is not null)
        {
            throw new InvalidOperationException("A section begins when the one before has ended, in an open file.");
        }

        if (!_keys.Add(key))
        {
            throw new ArgumentException($"The file has a section {key} already.", nameof(key));
        }

        LimitExceededException.ThrowIfAbove("Sections of a file", _keys.Count, FileLayout.SectionsMax, "sections");
        Debug.Assert(Position % FileLayout.AlignmentBytes == 0, "header and ended sections end on a boundary");
        _open = key;
        _sectionStart = Position;
        _firstBlock = _blockChecksums.Count;
        _blockChecksum = 0;
    }

    /// <summary>Appends bytes to the open section.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_open is null)
        {
            throw new InvalidOperationException("Bytes belong to a section: begin one.");
        }

        Checksum(bytes);
        Append(bytes);
    }

    /// <summary>Ends the open section and pads the file to the next boundary.</summary>
    public void End()
    {
        SectionKey key = _open ?? throw new InvalidOperationException("There is no open section.");
        long length = SectionLength;
        if (length % FileLayout.BlockBytes != 0)
        {
            _blockChecksums.Add(_blockChecksum);
        }

        Debug.Assert(_blockChecksums.Count - _firstBlock == FileLayout.BlockCount(length), "one checksum per block");
        _sections.Add(new SectionEntry(key, _sectionStart, length, _firstBlock));
        _open = null;
        ReadOnlySpan<byte> zeros = stackalloc byte[FileLayout.AlignmentBytes];
        Append(zeros[..(int)(FileLayout.Align(Position) - Position)]);
    }

    /// <summary>Writes the footer, syncs the file (not the directory) and closes it.</summary>
    public FileReceipt Finish()
    {
        if (_finished || _open is not null)
        {
            throw new InvalidOperationException("A file is finished once, after its last section has ended.");
        }

        long footerOffset = Position;
        byte[] footer = new FileFooter([.. _sections], [.. _blockChecksums])
            .ToBytes(_header.CreationId, _headerChecksum, footerOffset);
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(footer.AsSpan(footer.Length - sizeof(uint)));
        Append(footer);
        Span<byte> trailer = stackalloc byte[FileLayout.TrailerBytes];
        new FileTrailer(footerOffset, footer.Length, _header.CreationId, checksum).Write(trailer);
        Append(trailer);
        Flush();
        FinalOperation.Run(_file.Sync);
        _finished = true;
        _file.Dispose();
        return new FileReceipt(Path.GetFileName(_file.Path), _written, checksum);
    }

    /// <summary>Closes the file. Before <see cref="Finish"/> the half-written file is deleted.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_finished)
        {
            return;
        }

        _finished = true;
        try
        {
            _files.Delete(_file.Path);
        }
        catch (StorageException)
        {
            // The error that led here is the one to report; a leftover is removed by the next cleanup.
        }
    }

    private void Checksum(ReadOnlySpan<byte> bytes)
    {
        int filled = (int)(SectionLength % FileLayout.BlockBytes);
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, FileLayout.BlockBytes - filled);
            _blockChecksum = Crc32C.Append(_blockChecksum, bytes[..count]);
            filled += count;
            bytes = bytes[count..];
            if (filled == FileLayout.BlockBytes)
            {
                _blockChecksums.Add(_blockChecksum);
                _blockChecksum = 0;
                filled = 0;
            }
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_buffered == 0 && bytes.Length >= BufferBytes)
            {
                WriteThrough(bytes);
                return;
            }

            int count = Math.Min(bytes.Length, BufferBytes - _buffered);
            bytes[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            bytes = bytes[count..];
            if (_buffered == BufferBytes)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        WriteThrough(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    /// <summary>A failed write leaves an unknown part of the file behind: nothing may follow it.</summary>
    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        if (_broken)
        {
            throw new InvalidOperationException($"A write to {_file.Path} failed before: it can only be disposed.");
        }

        _broken = true;
        _file.WriteAt(bytes, _written);
        _broken = false;
        _written += bytes.Length;
    }
}
