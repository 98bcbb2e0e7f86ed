namespace Vesper.Tests.Storage.Wal;

/// <summary>A write, or a change of length, that has not reached the disk.</summary>
internal sealed record PendingWrite(long Offset, byte[]? Bytes)
{
    public void ApplyTo(ref byte[] image)
    {
        if (Bytes is null)
        {
            Array.Resize(ref image, (int)Offset);
            return;
        }

        if (image.Length < Offset + Bytes.Length)
        {
            Array.Resize(ref image, (int)Offset + Bytes.Length);
        }

        Bytes.CopyTo(image, Offset);
    }
}

/// <summary>A file's content twice: as programs see it, and as the disk has it.</summary>
internal sealed class SimulatedInode
{
    private byte[] cached = [];

    public byte[] Durable { get; private set; } = [];

    public List<PendingWrite> Pending { get; } = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Cached => cached.AsSpan(0, Length);

    public static SimulatedInode Of(byte[] content) =>
        new() { cached = content, Durable = content.ToArray(), Length = content.Length };

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Grow((int)offset + bytes.Length);
        bytes.CopyTo(cached.AsSpan((int)offset));
        Pending.Add(new PendingWrite(offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        Grow((int)length);
        cached.AsSpan((int)length).Clear();
        Length = (int)length;
        Pending.Add(new PendingWrite(length, null));
    }

    public void Sync()
    {
        byte[] image = Durable;
        foreach (PendingWrite write in Pending)
        {
            write.ApplyTo(ref image);
        }

        Durable = image;
        Pending.Clear();
    }

    /// <summary>What a failed fsync leaves: pages count as clean, the disk has the old bytes.</summary>
    public void LosePending() => Pending.Clear();

    private void Grow(int length)
    {
        if (length > cached.Length)
        {
            Array.Resize(ref cached, Math.Max(length, cached.Length * 2));
        }

        Length = Math.Max(Length, length);
    }
}
