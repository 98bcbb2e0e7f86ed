using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Writes one exchange file, list after list, under a temporary name beside it. Only <see cref="Finish"/> puts it in
/// place, complete and synced: whatever fails before, a full disk or a crash, leaves the old file as it was.
/// </summary>
/// <remarks>
/// The hash of the lists stands before them and is itself under the trailer's checksum, so a file of version 1.1 is
/// hashed while it is written and its lists once more from the file afterwards; version 1.0 needs one pass. One thread
/// writes; two writers of one path get in each other's way.
/// </remarks>
internal sealed class IvfPqFileWriter : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly IvfPqFileOptions _options;
    private readonly IvfPqFileHeader _header;
    private readonly IFile _file;
    private readonly IvfPqHashedOutput _output;
    private readonly IvfPqEntries _entries;
    private readonly UniqueIds _unique;
    private readonly long _listsAt;

    private int _lists;
    private ulong _vectors;
    private bool _finished;

    private IvfPqFileWriter(IFileSystem files, string path, Plan plan)
    {
        _files = files;
        _path = path;
        _options = plan.Options;
        _header = plan.Header;
        string unfinished = path + DataFileNames.UnfinishedSuffix;
        files.Delete(unfinished);
        _file = files.Create(unfinished);
        try
        {
            long listBytes = (long)_header.Shape.ListBytes(_header.Vectors);
            _output = new IvfPqHashedOutput(_file, _options.Executor, listBytes);
            _entries = new IvfPqEntries(_file, _header.Shape, listBytes);
            _unique = new UniqueIds((long)_header.Vectors);
            WriteModel(plan.Model, plan.Metadata);
            _listsAt = BeginLists(listBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Begins a file; all that is known of it is checked before anything is written.</summary>
    /// <param name="vectors">How many ids all lists will have together, ≥ 0.</param>
    /// <exception cref="ArgumentException">The model is not consistent.</exception>
    /// <exception cref="SchemaException">The metadata is no sound JSON, was not accepted, or there is some and version
    /// 1.0, which has none, is to be written.</exception>
    public static IvfPqFileWriter Create(
        IFileSystem files, string path, IvfPqFileModel model, long vectors, IvfPqFileOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vectors);
        model.Validate();
        UInt128 bytes = model.Shape.ListBytes((ulong)vectors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (UInt128)long.MaxValue, nameof(vectors));
        IvfPqFileOptions resolved = (options ?? new()).Resolve();
        byte[]? metadata = model.Metadata is { } text ? IvfPqMetadata.Encode(text, resolved.AcceptMetadata) : null;
        bool isV11 = resolved.SaveV11 == true;
        if (metadata is not null && !isV11)
        {
            throw new SchemaException("metadata", "has no place in version 1.0 of the IVF-PQ file");
        }

        var header = new IvfPqFileHeader(
            model.Shape, isV11, model.Rotation is not null, (ulong)vectors, model.BuildSeconds);
        return new IvfPqFileWriter(files, path, new Plan(model, header, metadata, resolved));
    }

    /// <summary>Writes a whole file that is in memory.</summary>
    public static void Save(IFileSystem files, string path, IvfPqFileContent content, IvfPqFileOptions? options = null)
    {
        using IvfPqFileWriter writer = Create(files, path, content.Model, content.Vectors, options);
        foreach (IvfPqList list in content.Lists)
        {
            writer.WriteList(list.Ids, list.Codes);
        }

        writer.Finish();
    }

    /// <summary>Appends the next list.</summary>
    /// <param name="codes">A code for each id, one after the other.</param>
    /// <exception cref="ArgumentException">There are lists or ids enough, a code is missing or too large.</exception>
    public void WriteList(ReadOnlySpan<ulong> ids, ReadOnlySpan<byte> codes)
    {
        IvfPqShape shape = _header.Shape;
        if (_finished || _lists == shape.Lists || (ulong)ids.Length > _header.Vectors - _vectors)
        {
            throw new ArgumentException(
                $"The file was begun for {shape.Lists} lists with {_header.Vectors} ids in all.", nameof(ids));
        }

        bool fits = codes.Length == (long)ids.Length * shape.Parts
            && (shape.Bits == IvfPqShape.BitsMax || !codes.ContainsAnyExceptInRange((byte)0, shape.CodeMax));
        if (!fits)
        {
            throw new ArgumentException(
                $"List {_lists}: {codes.Length} codes; expected {shape.Parts} for each of {ids.Length} ids, "
                + $"none above {shape.CodeMax}.",
                nameof(codes));
        }

        Span<byte> count = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(count, (ulong)ids.Length);
        _output.Write(count);
        _unique.Add(ids);
        _lists++;
        _vectors += (ulong)ids.Length;
        while (!ids.IsEmpty)
        {
            int some = Math.Min(ids.Length, _entries.AtOnce);
            _output.Write(_entries.Join(ids[..some], codes[..(some * shape.Parts)]));
            ids = ids[some..];
            codes = codes[(some * shape.Parts)..];
        }
    }

    /// <summary>Completes the file, syncs it, puts it in the place of the old one and syncs the directory.</summary>
    /// <exception cref="InvalidOperationException">Lists or ids are missing.</exception>
    /// <exception cref="ArgumentException">An id was written twice.</exception>
    public void Finish(CancellationToken cancellation = default)
    {
        if (_finished || _lists != _header.Shape.Lists || _vectors != _header.Vectors)
        {
            throw new InvalidOperationException(
                $"{_lists} of {_header.Shape.Lists} lists and {_vectors} of {_header.Vectors} ids are written.");
        }

        if (_unique.FindDuplicate() is { } id)
        {
            throw new ArgumentException($"The id {id} occurs twice.");
        }

        _output.Flush();
        if (_header.HasSections)
        {
            PatchListHash(cancellation);
        }

        Span<byte> trailer = stackalloc byte[IvfPqFileLayout.TrailerBytes];
        IvfPqFileLayout.TrailerMark.CopyTo(trailer);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[4..], _output.FileHash);
        _file.WriteAt(trailer, _output.Written);
        FinalOperation.Run(_file.Sync);
        _file.Dispose();
        _files.Rename(_file.Path, _path);
        _finished = true;
        FinalOperation.Run(() => _files.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!));
    }

    /// <summary>Closes the file. Before <see cref="Finish"/> the half-written one is deleted.</summary>
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
            // The error that led here is the one to report; the next writer of this path removes the left-over.
        }
    }

    private void WriteModel(IvfPqFileModel model, byte[]? metadata)
    {
        Span<byte> header = stackalloc byte[IvfPqFileLayout.HeaderBytes];
        _header.Write(header);
        _output.Write(header);
        WriteSection(IvfPqSectionType.Centroids, FloatBytes(model.Centroids));
        WriteSection(IvfPqSectionType.Codebooks, FloatBytes(model.Codebooks));
        if (model.Rotation is not null)
        {
            WriteSection(IvfPqSectionType.Rotation, FloatBytes(model.Rotation));
        }

        if (metadata is not null)
        {
            WriteSection(IvfPqSectionType.Metadata, metadata);
        }
    }

    private void WriteSection(IvfPqSectionType type, ReadOnlySpan<byte> payload)
    {
        if (_header.HasSections)
        {
            Span<byte> header = stackalloc byte[IvfPqFileLayout.SectionHeaderBytes];
            FillSectionHeader(header, type, payload.Length, Fnv1a64.Append(Fnv1a64.Basis, payload));
            _output.Write(header);
        }

        _output.Write(payload);
    }

    private static void FillSectionHeader(Span<byte> header, IvfPqSectionType type, long length, ulong hash)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)type);
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], length);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[IvfPqFileLayout.SectionHashAt..], hash);
    }

    /// <summary>The header of the lists, whose hash comes later, and their count; gives where they start.</summary>
    private long BeginLists(long length)
    {
        if (_header.HasSections)
        {
            Span<byte> header = stackalloc byte[IvfPqFileLayout.SectionHeaderBytes];
            FillSectionHeader(header, IvfPqSectionType.Lists, length, hash: 0);
            _output.Write(header[..IvfPqFileLayout.SectionHashAt]);
            _output.BeginPart(header[IvfPqFileLayout.SectionHashAt..]);
        }

        long start = _output.Position;
        Span<byte> count = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(count, _header.Shape.Lists);
        _output.Write(count);
        return start;
    }

    private void PatchListHash(CancellationToken cancellation)
    {
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, _output.PartHash);
        _file.WriteAt(hash, _listsAt - hash.Length);
        Debug.Assert(_output.Written - _listsAt == (long)_header.Shape.ListBytes(_header.Vectors), "sizes were known");

        // The bulk of the sync passes while the processor hashes.
        PairedWork.Run(
            _options.Executor,
            () => FinalOperation.Run(_file.Sync),
            () => _output.HashAgain(cancellation));
    }

    private static ReadOnlySpan<byte> FloatBytes(float[] values)
    {
        LimitExceededException.ThrowIfAbove(
            "Numbers of a table", values.Length, int.MaxValue / sizeof(float), "numbers");
        float[] stored = BitConverter.IsLittleEndian ? values : [.. values];
        Floats.ToLittleEndian(stored);
        return MemoryMarshal.AsBytes<float>(stored);
    }

    private sealed record Plan(
        IvfPqFileModel Model, IvfPqFileHeader Header, byte[]? Metadata, IvfPqFileOptions Options);
}
