using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>Takes ids and codes of a list apart, and puts them together, a buffer at a time. Not thread-safe.</summary>
internal sealed class IvfPqEntries
{
    private readonly IFile _file;
    private readonly IvfPqShape _shape;
    private readonly byte[] _buffer;

    /// <param name="bytesMax">Of all lists: no larger buffer is made.</param>
    public IvfPqEntries(IFile file, IvfPqShape shape, long bytesMax)
    {
        _file = file;
        _shape = shape;
        AtOnce = (int)Math.Max(1, Math.Min(IvfPqFileLayout.BufferBytes, bytesMax) / shape.EntryBytes);
        _buffer = new byte[AtOnce * shape.EntryBytes];
    }

    /// <summary>Entries that fill the buffer, ≥ 1.</summary>
    public int AtOnce { get; }

    /// <summary>Reads as many entries as there is room for ids; codes are checked against their largest.</summary>
    public void Read(long offset, Span<ulong> ids, Span<byte> codes)
    {
        Debug.Assert(codes.Length == (long)ids.Length * _shape.Parts, "a code for each id");
        int entryBytes = (int)_shape.EntryBytes;
        while (!ids.IsEmpty)
        {
            int count = Math.Min(ids.Length, AtOnce);
            Span<byte> entries = _buffer.AsSpan(0, count * entryBytes);
            _file.ReadFully(entries, offset, "section Lists");
            Span<byte> codesNow = codes[..(count * _shape.Parts)];
            Split(entries, ids[..count], codesNow);
            CheckCodes(codesNow, offset);
            offset += entries.Length;
            ids = ids[count..];
            codes = codes[codesNow.Length..];
        }
    }

    /// <summary>
    /// Lays out as many entries as there are ids, <see cref="AtOnce"/> at most; good until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<ulong> ids, ReadOnlySpan<byte> codes)
    {
        Debug.Assert(ids.Length <= AtOnce && codes.Length == ids.Length * _shape.Parts, "a code for each id");
        Span<byte> entries = _buffer.AsSpan(0, ids.Length * (int)_shape.EntryBytes);
        Span<byte> rest = entries;
        for (int i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, ids[i]);
            codes.Slice(i * _shape.Parts, _shape.Parts).CopyTo(rest[sizeof(ulong)..]);
            rest = rest[(int)_shape.EntryBytes..];
        }

        return entries;
    }

    private void Split(ReadOnlySpan<byte> entries, Span<ulong> ids, Span<byte> codes)
    {
        int parts = _shape.Parts;
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = BinaryPrimitives.ReadUInt64LittleEndian(entries);
            entries.Slice(sizeof(ulong), parts).CopyTo(codes[(i * parts)..]);
            entries = entries[(sizeof(ulong) + parts)..];
        }
    }

    private void CheckCodes(ReadOnlySpan<byte> codes, long offset)
    {
        int bad = _shape.Bits == IvfPqShape.BitsMax ? -1 : codes.IndexOfAnyExceptInRange((byte)0, _shape.CodeMax);
        if (bad >= 0)
        {
            (int entry, int part) = Math.DivRem(bad, _shape.Parts);
            throw new CorruptDataException(
                _file.Path,
                offset + (entry * _shape.EntryBytes) + sizeof(ulong) + part,
                $"section Lists: a code of at most {_shape.CodeMax}",
                $"{codes[bad]}");
        }
    }
}
