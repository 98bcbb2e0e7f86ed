using System.Buffers.Binary;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Holds every byte of a file against the trailer's checksum, and each section's against its own, in one pass.
/// </summary>
internal sealed class IvfPqFileHashes(IFile file, IvfPqFileDirectory directory, CancellationToken cancellation)
{
    private readonly byte[] _buffer = IvfPqFileLayout.Buffer(directory.TrailerAt);
    private ulong _file = Fnv1a64.Basis;

    /// <summary>Reads the file once.</summary>
    /// <exception cref="CorruptDataException">A hash is not what the file says; the trailer's is looked at first.
    /// </exception>
    public void Check()
    {
        CorruptDataException? damage = null;
        long at = 0;
        foreach (IvfPqSection section in directory.Sections)
        {
            Append(at, section.Offset);
            damage = AppendSection(section) ?? damage;
            at = section.End;
        }

        Append(at, directory.TrailerAt);
        CheckTrailer();
        if (damage is not null)
        {
            throw damage;
        }
    }

    private CorruptDataException? AppendSection(in IvfPqSection section)
    {
        // The hash of a compressed section is of bytes that are not in the file.
        if (section.Hash is not { } expected || section.IsCompressed)
        {
            Append(section.Offset, section.End);
            return null;
        }

        ulong found = Fnv1a64.Basis;
        for (long at = section.Offset; at < section.End; at += _buffer.Length)
        {
            (_file, found) = Fnv1a64.Append(_file, found, Read(at, section.End));
        }

        return found == expected
            ? null
            : new CorruptDataException(
                file.Path, section.Offset, $"section {section.Type} of hash {expected:x16}", $"{found:x16}");
    }

    private void Append(long from, long end)
    {
        for (long at = from; at < end; at += _buffer.Length)
        {
            _file = Fnv1a64.Append(_file, Read(at, end));
        }
    }

    private ReadOnlySpan<byte> Read(long at, long end)
    {
        cancellation.ThrowIfCancellationRequested();
        Span<byte> some = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - at));
        file.ReadFully(some, at, "content");
        return some;
    }

    private void CheckTrailer()
    {
        long at = directory.TrailerAt;
        Span<byte> trailer = stackalloc byte[IvfPqFileLayout.TrailerBytes];
        file.ReadFully(trailer, at, "trailer");
        if (!trailer.StartsWith(IvfPqFileLayout.TrailerMark))
        {
            throw new CorruptDataException(file.Path, at, "trailer: CHKS", Convert.ToHexString(trailer[..4]));
        }

        ulong stored = BinaryPrimitives.ReadUInt64LittleEndian(trailer[4..]);
        if (stored != _file)
        {
            throw new CorruptDataException(file.Path, at + 4, $"trailer: checksum {_file:x16}", $"{stored:x16}");
        }
    }
}
