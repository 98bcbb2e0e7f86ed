using System.Diagnostics;
using Vesper.Numerics.Execution;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Appends to a file through a buffer; each full buffer is hashed while it is written. Of the part at the end, whose
/// own hash must stand before it, the file's hash is left out until it is known. Not thread-safe.
/// </summary>
internal sealed class IvfPqHashedOutput(IFile file, IExecutor executor, long bytesExpected)
{
    private readonly byte[] _buffer = IvfPqFileLayout.Buffer(bytesExpected);
    private int _buffered;
    private long? _notHashedAt;

    /// <summary>Bytes in the file so far.</summary>
    public long Written { get; private set; }

    /// <summary>Bytes so far, buffered ones too.</summary>
    public long Position => Written + _buffered;

    /// <summary>Of all bytes in the file; of those before the part until <see cref="HashAgain"/>.</summary>
    public ulong FileHash { get; private set; } = Fnv1a64.Basis;

    /// <summary>Of the part's bytes in the file.</summary>
    public ulong PartHash { get; private set; } = Fnv1a64.Basis;

    /// <summary>The part begins, behind a place for its hash; for now that holds the bytes given.</summary>
    public void BeginPart(ReadOnlySpan<byte> place)
    {
        Debug.Assert(_notHashedAt is null, "there is one part");
        Flush();
        _notHashedAt = Written;
        file.WriteAt(place, Written);
        Written += place.Length;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, _buffer.Length - _buffered);
            bytes[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            bytes = bytes[count..];
            if (_buffered == _buffer.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes what is buffered.</summary>
    public void Flush()
    {
        PairedWork.Run(executor, () => file.WriteAt(_buffer.AsSpan(0, _buffered), Written), Hash);
        Written += _buffered;
        _buffered = 0;
    }

    /// <summary>Brings the file's hash over the part, reading it back.</summary>
    public void HashAgain(CancellationToken cancellation)
    {
        Debug.Assert(_buffered == 0, "all is written");
        for (long at = _notHashedAt ?? Written; at < Written; at += _buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> some = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, Written - at));
            file.ReadFully(some, at, "what was just written");
            FileHash = Fnv1a64.Append(FileHash, some);
        }

        _notHashedAt = null;
    }

    private void Hash()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _buffered);
        if (_notHashedAt is null)
        {
            FileHash = Fnv1a64.Append(FileHash, bytes);
        }
        else
        {
            PartHash = Fnv1a64.Append(PartHash, bytes);
        }
    }
}
