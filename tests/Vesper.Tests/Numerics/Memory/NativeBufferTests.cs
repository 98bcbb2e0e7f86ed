using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Memory;

public sealed class NativeBufferTests
{
    [Fact]
    public void Bytes_are_zeroed_aligned_and_counted_up_to_the_root_until_disposed_once_or_twice()
    {
        var root = new MemoryScope("root");
        var scope = new MemoryScope("part", root);
        var buffer = new NativeBuffer<long>(1001, scope);
        Assert.Equal(8008, scope.Bytes);
        Assert.Equal(8008, root.Bytes);
        Assert.Equal(0, buffer.Address % 64);
        Assert.False(buffer.Slice(0, 1001).ContainsAnyExcept(0L));
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, scope.Bytes);
        Assert.Equal(0, root.Bytes);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void Elements_and_slices_are_the_same_memory()
    {
        using var buffer = new NativeBuffer<int>(10, new MemoryScope("test"));
        buffer[3] = 33;
        buffer.Slice(4, 2)[1] = 55;
        Assert.Equal([0, 0, 0, 33, 0, 55, 0, 0, 0, 0], buffer.Slice(0, 10).ToArray());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(11, 0)]
    [InlineData(3, -1)]
    [InlineData(long.MaxValue, 1)]
    public void What_is_outside_is_refused(long start, int length)
    {
        using var buffer = new NativeBuffer<int>(10, new MemoryScope("test"));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(start, length).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[start < 10 && start >= 0 ? start + 10 : start]);
    }

    [Fact]
    public void A_disposed_buffer_refuses_access()
    {
        var buffer = new NativeBuffer<byte>(10, new MemoryScope("test"));
        buffer.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[0]);
        Assert.True(buffer.Slice(0, 0).IsEmpty);
    }

    [Fact]
    public void Lengths_are_checked()
    {
        var scope = new MemoryScope("test");
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer<byte>(-1, scope));
        Assert.Throws<OverflowException>(() => new NativeBuffer<long>(long.MaxValue / 4, scope));
        using var empty = new NativeBuffer<long>(0, scope);
        Assert.Equal(0, empty.Length);
        Assert.Equal(0, scope.Bytes);
    }
}
